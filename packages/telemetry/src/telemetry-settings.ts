import { wholeNumber } from '@holdfast/process';
import { z } from 'zod';

const endpoint = z
  .string()
  .refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''), {
    error: 'is no URL of a collector. Write it as http://collector:4318',
  })
  .optional();

const protocols = ['http/protobuf', 'http/json'] as const;

const samplers = [
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
  'always_on',
  'always_off',
  'traceidratio',
] as const;

const ratio = z
  .string()
  .regex(/^(?:0(?:\.\d+)?|1(?:\.0+)?)$/, 'is not a number from 0 to 1. Leave it out for 1')
  .default('1')
  .transform(Number);

const isOneOf = (words: readonly string[]) => `is not one of ${words.join(', ')}`;

/**
 * The standard variables of OpenTelemetry that a process knows; nothing is sent unless one of the endpoints is set.
 * Its own exporters read the others that begin with OTEL_EXPORTER_OTLP_ (timeouts, compression, certificates).
 *
 * @example z.object({ DATABASE_URL: databaseUrl, ...telemetryFields })
 */
export const telemetryFields = {
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_HEADERS: z.string().default(''),
  OTEL_EXPORTER_OTLP_PROTOCOL: z.enum(protocols, isOneOf(protocols)).default('http/protobuf'),
  OTEL_SDK_DISABLED: z.string().default('false'),
  OTEL_TRACES_SAMPLER: z.enum(samplers, isOneOf(samplers)).default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: ratio,
  OTEL_SERVICE_NAME: z.string().optional(),
  OTEL_BSP_SCHEDULE_DELAY: wholeNumber(10, 600_000, 5_000),
  OTEL_BSP_MAX_QUEUE_SIZE: wholeNumber(1, 1_000_000, 8_192),
  OTEL_METRIC_EXPORT_INTERVAL: wholeNumber(10, 3_600_000, 60_000),
};

const settings = z.object(telemetryFields);

/** What a process was told of telemetry. */
export type TelemetrySettings = z.output<typeof settings>;

/** What must never be logged of it: keys of collectors stand in headers, as `name=value,name=value`. */
export function secretsOfTelemetry({
  OTEL_EXPORTER_OTLP_HEADERS: headers,
}: Pick<TelemetrySettings, 'OTEL_EXPORTER_OTLP_HEADERS'>): readonly string[] {
  return headers.split(',').flatMap((pair) => {
    const value = pair.slice(pair.indexOf('=') + 1).trim();
    return value === '' ? [] : [value, decodeSafely(value)];
  });
}

function decodeSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Which signals go out. `null`: none, and nothing is loaded. */
export function signalsOf(given: TelemetrySettings): {
  readonly traces: boolean;
  readonly metrics: boolean;
} | null {
  if (given.OTEL_SDK_DISABLED.toLowerCase() === 'true') return null;
  const isForAll = given.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined;
  const traces = isForAll || given.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT !== undefined;
  const metrics = isForAll || given.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT !== undefined;
  return traces || metrics ? { traces, metrics } : null;
}
