import type { Logger } from '@holdfast/process';
import type { Tracing } from '@holdfast/process/trace';
import type { Registry } from 'prom-client';
import type { TelemetrySettings } from './telemetry-settings.ts';

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
