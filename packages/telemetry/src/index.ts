/** Traces and metrics by OpenTelemetry's protocol, where a process is told to send them. */
export { openTelemetry, type Telemetry } from './open-telemetry.ts';
export {
  secretsOfTelemetry,
  telemetryFields,
  type TelemetrySettings,
} from './telemetry-settings.ts';
