/** Traces and metrics by OpenTelemetry's protocol, where a process is told to send them. */
export { openTelemetry } from './open-telemetry.ts';
export {
  secretsOfTelemetry,
  telemetryFields,
  type TelemetrySettings,
} from './telemetry-settings.ts';
export type { Telemetry } from './telemetry.ts';
