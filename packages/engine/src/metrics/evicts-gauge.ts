import { Gauge, type Registry } from 'prom-client';

const name = 'holdfast_redis_evicts';

/**
 * 1 while Redis may evict. An engine and a worker in one process may share a registry, so the gauge is
 * made by whoever comes first.
 */
export function evictsGauge(registry: Registry): Gauge {
  const gauge = registry.getSingleMetric(name);
  if (gauge instanceof Gauge) return gauge;
  const help =
    '1: Redis may evict what admission and the queue keep in it. Set its maxmemory-policy to noeviction.';
  return new Gauge({ name, help, registers: [registry] });
}
