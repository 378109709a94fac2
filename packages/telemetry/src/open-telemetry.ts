import { signalsOf } from './telemetry-settings.ts';
import type { Telemetry, TelemetryParts } from './telemetry.ts';

const off: Telemetry = { tracing: null, close: async () => {} };

/**
 * Starts what the settings ask for. Where they ask for nothing, the SDK is not even loaded.
 * A collector that is away costs spans and figures, never a booking.
 *
 * @example
 * const telemetry = await openTelemetry({ settings: env, service: 'holdfast-api', registry, logger });
 * telemetry.tracing?.beginRequest(undefined, () => ({ name: 'GET', facts: {} }));
 */
export async function openTelemetry(parts: TelemetryParts): Promise<Telemetry> {
  const signals = signalsOf(parts.settings);
  if (signals === null) return off;
  const { startExporting } = await import('./start-exporting.ts');
  return await startExporting(parts, signals);
}
