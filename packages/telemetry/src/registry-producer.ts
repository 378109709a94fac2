import { type Attributes, type HrTime, ValueType } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type Histogram,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import type { MetricObjectWithValues, MetricValueWithName, Registry } from 'prom-client';

type Metric = MetricObjectWithValues<MetricValueWithName<string>>;
type Value = Metric['values'][number];

/**
 * Reads a registry of Prometheus for OpenTelemetry, so that each figure is counted once and has one name: as Go's
 * `bridges/prometheus` does. Of each metric all lines, cumulative since the process began. Left out are summaries,
 * which nothing here makes, and the label `service`, which the resource says.
 *
 * @example new PeriodicExportingMetricReader({ exporter, metricProducers: [producerFrom(registry, resource)] })
 */
export function producerFrom(registry: Registry, resource: Resource): MetricProducer {
  const startTime = timeOf(performance.timeOrigin);
  return {
    async collect() {
      const times = { startTime, endTime: timeOf(Date.now()) };
      // prom-client types what it gives by its first kind of metric alone.
      const metrics = (await registry.getMetricsAsJSON()) as readonly Metric[];
      const scopeMetrics = [
        { scope: { name: 'holdfast' }, metrics: metrics.flatMap((each) => dataOf(each, times)) },
      ];
      return { resourceMetrics: { resource, scopeMetrics }, errors: [] };
    },
  };
}

interface Times {
  readonly startTime: HrTime;
  readonly endTime: HrTime;
}

function dataOf(metric: Metric, times: Times): readonly MetricData[] {
  const { name, help: description, values } = metric;
  const descriptor = { name, description, unit: unitOf(name), valueType: ValueType.DOUBLE };
  const common = { descriptor, aggregationTemporality: AggregationTemporality.CUMULATIVE };
  const numbers = (): DataPoint<number>[] =>
    values.map(({ labels, value }) => ({ ...times, attributes: attributesOf(labels), value }));
  // An enum to its types, a word in its values.
  switch (String(metric.type)) {
    case 'counter': {
      const dataPoints = numbers();
      return [{ ...common, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints }];
    }
    case 'gauge':
      return [{ ...common, dataPointType: DataPointType.GAUGE, dataPoints: numbers() }];
    case 'histogram': {
      const dataPoints = histogramsOf(metric, times);
      return [{ ...common, dataPointType: DataPointType.HISTOGRAM, dataPoints }];
    }
    default:
      return [];
  }
}

/** Names end on their units, as Prometheus wants it; OpenTelemetry has a word for it beside the name. */
function unitOf(name: string): string {
  const plain = name.replace(/_total$/, '');
  if (plain.endsWith('_seconds')) return 's';
  return plain.endsWith('_bytes') ? 'By' : '';
}

/** Lines of one histogram, by the labels that they have in common. */
function histogramsOf({ name, values }: Metric, times: Times): DataPoint<Histogram>[] {
  const byLabels = Map.groupBy(values, ({ labels }) => JSON.stringify(attributesOf(labels)));
  return [...byLabels.values()].map((lines) => ({
    ...times,
    attributes: attributesOf(lines[0]?.labels ?? {}),
    value: histogramOf(name, lines),
  }));
}

function histogramOf(name: string, lines: readonly Value[]): Histogram {
  const valueOf = (wanted: string) => lines.find(({ metricName }) => metricName === wanted)?.value;
  const upTo = lines.filter(({ metricName }) => metricName === `${name}_bucket`);
  const finite = upTo.filter(({ labels }) => Number.isFinite(Number(labels['le'])));
  const count = valueOf(`${name}_count`) ?? 0;
  // Prometheus counts up to a boundary, OpenTelemetry between two.
  const cumulative = [...finite.map(({ value }) => value), count];
  return {
    buckets: {
      boundaries: finite.map(({ labels }) => Number(labels['le'])),
      counts: cumulative.map((value, index) => value - (cumulative[index - 1] ?? 0)),
    },
    sum: valueOf(`${name}_sum`) ?? 0,
    count,
  };
}

function attributesOf({
  service: _ofTheResource,
  le: _boundary,
  ...labels
}: Value['labels']): Attributes {
  return labels;
}

function timeOf(epochMs: number): HrTime {
  const seconds = Math.floor(epochMs / 1_000);
  return [seconds, Math.round((epochMs - seconds * 1_000) * 1_000_000)];
}
