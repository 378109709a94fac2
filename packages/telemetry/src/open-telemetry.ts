import type { Logger } from '@holdfast/process';
import type { Tracing } from '@holdfast/process/trace';
import type { Registry } from 'prom-client';
import { signalsOf, type TelemetrySettings } from './telemetry-settings.ts';

/** What is sent to a collector while the process runs. */
export interface Telemetry {
  /** `null`: no traces were asked for. */
  readonly tracing: Tracing | null;
  /** Sends what is left, for two seconds at most. */
  close(): Promise<void>;
}

export interface TelemetryParts {
  readonly settings: TelemetrySettings;
  /** `holdfast-api`, unless OTEL_SERVICE_NAME says otherwise. */
  readonly service: string;
  /** Its metrics are sent as they are: what Prometheus reads there, under the same names. */
  readonly registry: Registry;
  readonly logger: Logger;
}

const off: Telemetry = { tracing: null, close: async () => {} };

/**
 * Starts what the settings ask for. Where they ask for nothing, the SDK is not even loaded.
 * A collector that is away costs spans and figures, never a booking.
 *
 * @example
 * const telemetry = await openTelemetry({ settings: env, service: 'holdfast-api', registry, logger });
 * telemetry.tracing?.beginRequest('GET', undefined, {});
 */
export async function openTelemetry(parts: TelemetryParts): Promise<Telemetry> {
  const signals = signalsOf(parts.settings);
  if (signals === null) return off;
  const { startExporting } = await import('./start-exporting.ts');
  return await startExporting(parts, signals);
}
