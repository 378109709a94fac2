import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { SpanExporter } from '@opentelemetry/sdk-trace';

/** What sends to a collector. The addresses are those of the environment. */
export interface Exporters {
  traces(): SpanExporter;
  metrics(): PushMetricExporter;
}

/** Loads the exporters of one protocol. */
export async function exportersFor(protocol: 'http/protobuf' | 'http/json'): Promise<Exporters> {
  const [traces, metrics] = await Promise.all(
    protocol === 'http/json'
      ? ([
          import('@opentelemetry/exporter-trace-otlp-http'),
          import('@opentelemetry/exporter-metrics-otlp-http'),
        ] as const)
      : ([
          import('@opentelemetry/exporter-trace-otlp-proto'),
          import('@opentelemetry/exporter-metrics-otlp-proto'),
        ] as const),
  );
  return {
    traces: () => new traces.OTLPTraceExporter(),
    metrics: () => new metrics.OTLPMetricExporter(),
  };
}
