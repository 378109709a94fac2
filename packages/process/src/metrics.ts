import { collectDefaultMetrics, Registry } from 'prom-client';

/**
 * What a process counts of itself, for Prometheus: its own metrics are added to it, those of Node
 * (memory, event loop, garbage) stand in it already. Each has the label `service`.
 *
 * @example
 * const registry = createMetricsRegistry('worker');
 * new Counter({ name: 'holdfast_job_runs_total', help: '…', registers: [registry] });
 */
export function createMetricsRegistry(service: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  return registry;
}
