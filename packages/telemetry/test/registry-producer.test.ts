import { resourceFromAttributes } from '@opentelemetry/resources';
import { DataPointType } from '@opentelemetry/sdk-metrics';
import { Counter, Gauge, Histogram, Registry, Summary } from 'prom-client';
import { expect, test } from 'vitest';
import { producerFrom } from '../src/registry-producer.ts';

async function collect(fill: (registry: Registry) => void) {
  const registry = new Registry();
  registry.setDefaultLabels({ service: 'api' });
  fill(registry);
  const { resourceMetrics } = await producerFrom(registry, resourceFromAttributes({})).collect();
  return resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics);
}

test('a counter is a sum that only grows, with its labels but for the service', async () => {
  const [sum] = await collect((registry) => {
    const registers = [registry];
    new Counter({ name: 'a_total', help: 'As', labelNames: ['by'], registers }).inc(
      { by: 'me' },
      3,
    );
  });
  expect(sum).toMatchObject({ dataPointType: DataPointType.SUM, isMonotonic: true });
  expect(sum?.descriptor).toMatchObject({ name: 'a_total', description: 'As' });
  expect(sum?.dataPoints).toMatchObject([{ attributes: { by: 'me' }, value: 3 }]);
});

test('a gauge is a gauge, and has the unit that its name ends on', async () => {
  const [gauge] = await collect((registry) => {
    new Gauge({ name: 'late_seconds', help: 'Late', registers: [registry] }).set(1.5);
  });
  expect(gauge).toMatchObject({ dataPointType: DataPointType.GAUGE, descriptor: { unit: 's' } });
  expect(gauge?.dataPoints).toMatchObject([{ attributes: {}, value: 1.5 }]);
});

test('a histogram counts between boundaries, not up to them; one for each set of labels', async () => {
  const [histogram] = await collect((registry) => {
    const registers = [registry];
    const sizes = new Histogram({
      name: 'size',
      help: 'S',
      labelNames: ['of'],
      buckets: [1, 10],
      registers,
    });
    for (const value of [0.5, 1, 5, 20, 30]) sizes.observe({ of: 'a' }, value);
    sizes.observe({ of: 'b' }, 7);
  });
  expect(histogram?.dataPointType).toBe(DataPointType.HISTOGRAM);
  expect(histogram?.dataPoints.map(({ attributes, value }) => ({ attributes, value }))).toEqual([
    {
      attributes: { of: 'a' },
      value: { buckets: { boundaries: [1, 10], counts: [2, 1, 2] }, sum: 56.5, count: 5 },
    },
    {
      attributes: { of: 'b' },
      value: { buckets: { boundaries: [1, 10], counts: [0, 1, 0] }, sum: 7, count: 1 },
    },
  ]);
});

test('a summary has no form in OpenTelemetry that this could take, and is left out', async () => {
  const metrics = await collect((registry) => {
    new Summary({ name: 'quantiles', help: 'Q', registers: [registry] }).observe(1);
  });
  expect(metrics).toEqual([]);
});
