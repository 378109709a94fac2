import { expect, test } from 'vitest';
import { parseMetrics, sumOf } from '../src/servers/metrics.ts';

const text = `# HELP holdfast_refusals_total Refusals
# TYPE holdfast_refusals_total counter
holdfast_refusals_total{reason="sold_out",by="redis",service="api"} 12
holdfast_refusals_total{by="database",reason="sold_out"} 3
holdfast_refusals_total{reason="not_on_sale",by="redis"} 40
holdfast_refusals_total_created{reason="sold_out",by="redis"} 99
holdfast_admission_up 1
odd{path="a\\"}b"} 2.5e+3
`;

test('samples are summed by name and by the labels that are asked for', () => {
  const samples = parseMetrics(text);
  expect(sumOf(samples, 'holdfast_refusals_total', { reason: 'sold_out' })).toBe(15);
  expect(sumOf(samples, 'holdfast_refusals_total', { by: 'redis', reason: 'sold_out' })).toBe(12);
  expect(sumOf(samples, 'holdfast_admission_up')).toBe(1);
  expect(sumOf(samples, 'odd')).toBe(2_500);
  expect(sumOf(samples, 'absent')).toBe(0);
});
