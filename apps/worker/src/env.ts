import {
  adminFields,
  adminTokenRule,
  boundedNumber,
  databaseUrl,
  hiddenOf,
  logLevel,
  readSettings,
  redisPrefix,
  redisUrl,
  type Variables,
  wholeNumber,
} from '@holdfast/process';
import { secretsOfTelemetry, telemetryFields } from '@holdfast/telemetry';
import { z } from 'zod';

const keepsAll = 'Leave it out to keep everything';

const settings = z
  .object({
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    REDIS_PREFIX: redisPrefix,
    AUDIT_EVERY_MS: wholeNumber(1_000, 86_400_000, 60_000),
    RETENTION_EVENT_DAYS: boundedNumber(1, 36_500, keepsAll).optional(),
    RETENTION_OUTBOX_HOURS: boundedNumber(1, 876_000, keepsAll).optional(),
    LOG_LEVEL: logLevel,
    ...adminFields,
    ...telemetryFields,
  })
  .check(adminTokenRule);

/** Each may stand in a file, and none is logged. */
const secretNames = ['DATABASE_URL', 'REDIS_URL', 'ADMIN_TOKEN'] as const;

/** Everything that can be configured, by the names that docs/operations.md lists. */
export type Env = z.output<typeof settings>;

/**
 * Reads the configuration. This is the only place that looks at the environment.
 *
 * Throws SettingsInvalid, which names every wrong variable and the fix.
 *
 * @example const env = readEnv({ DATABASE_URL: 'postgres://…', REDIS_URL: 'redis://…' })
 */
export function readEnv(variables: Variables = process.env): Env {
  return readSettings({ who: 'The worker', schema: settings, variables, secretNames });
}

/** What must never be logged of it. */
export function secretsOf(env: SecretSettings): readonly string[] {
  const own = secretNames.flatMap((name) => hiddenOf(name, env[name] ?? ''));
  return [...own, ...secretsOfTelemetry(env)];
}

type SecretSettings = Pick<Env, (typeof secretNames)[number] | 'OTEL_EXPORTER_OTLP_HEADERS'>;
