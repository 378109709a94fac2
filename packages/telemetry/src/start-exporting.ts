import { diag, DiagLogLevel } from '@opentelemetry/api';
import type { Logger } from '@holdfast/process';
import {
  defaultResource,
  detectResources,
  type Resource,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { setTimeout as sleep } from 'node:timers/promises';
import { exportersFor } from './exporters.ts';
import { producerFrom } from './registry-producer.ts';
import { rootRatioFrom, samplerFrom } from './sampler.ts';
import type { Telemetry, TelemetryParts } from './telemetry.ts';
import { tracingWith } from './tracing.ts';

/** What is left when the process stops may take so long. */
const closeTimeoutMs = 2_000;

/** What goes wrong with exporting is logged so often. */
const complaintPeriodMs = 60_000;

/** A group of commands has a link to each of them: GROUP_SIZE_MAX is 500 unless set. */
const linkCountLimit = 1_000;

/** Nothing of ours is longer; it bounds what a caller can make us send. */
const attributeValueLengthLimit = 256;

/** Loads and starts the exporters. Only `openTelemetry` calls it, where something is to be sent. */
export async function startExporting(
  { settings, service, registry, logger }: TelemetryParts,
  signals: { readonly traces: boolean; readonly metrics: boolean },
): Promise<Telemetry> {
  complainTo(logger);
  const resource = resourceOf(settings.OTEL_SERVICE_NAME ?? service);
  const exporters = await exportersFor(settings.OTEL_EXPORTER_OTLP_PROTOCOL);
  const tracers = signals.traces
    ? new TracerProvider({
        resource,
        sampler: samplerFrom(settings),
        spanLimits: { linkCountLimit, attributeValueLengthLimit },
        spanProcessors: [
          new BatchSpanProcessor({
            exporter: exporters.traces(),
            scheduledDelayMillis: settings.OTEL_BSP_SCHEDULE_DELAY,
            maxQueueSize: settings.OTEL_BSP_MAX_QUEUE_SIZE,
          }),
        ],
      })
    : null;
  const meters = signals.metrics
    ? new MeterProvider({
        resource,
        readers: [
          new PeriodicExportingMetricReader({
            exporter: exporters.metrics(),
            exportIntervalMillis: settings.OTEL_METRIC_EXPORT_INTERVAL,
            exportTimeoutMillis: Math.min(settings.OTEL_METRIC_EXPORT_INTERVAL, 30_000),
            metricProducers: [producerFrom(registry, resource)],
          }),
        ],
      })
    : null;
  return {
    tracing: tracers && tracingWith(tracers.getTracer('holdfast'), rootRatioFrom(settings)),
    async close() {
      const closed = Promise.allSettled([tracers?.shutdown(), meters?.shutdown()]);
      await Promise.race([closed, sleep(closeTimeoutMs, undefined, { ref: false })]);
    },
  };
}

function resourceOf(name: string): Resource {
  // OTEL_RESOURCE_ATTRIBUTES, as OpenTelemetry reads them.
  return defaultResource()
    .merge(detectResources({ detectors: [resourceAttributesEnvDetector] }))
    .merge(resourceFromAttributes({ 'service.name': name, 'process.pid': process.pid }));
}

/** A collector that is away is no fault of a booking: a line a minute at most, with how many it stands for. */
function complainTo(logger: Logger): void {
  let count = 0;
  let toldAtMs = -Infinity;
  const complain = (message: string, ...details: readonly unknown[]) => {
    count += 1;
    const nowMs = performance.now();
    if (nowMs - toldAtMs < complaintPeriodMs) return;
    toldAtMs = nowMs;
    const [error] = details;
    logger.warn({ err: error ?? message, count }, 'traces or metrics could not be sent');
    count = 0;
  };
  const ignore = () => {};
  const log = { error: complain, warn: complain, info: ignore, debug: ignore, verbose: ignore };
  diag.setLogger(log, DiagLogLevel.WARN);
}
