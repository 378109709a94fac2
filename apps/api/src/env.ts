import { authFields, authRules } from '@holdfast/auth';
import { secretsOfTelemetry, telemetryFields } from '@holdfast/telemetry';
import {
  adminFields,
  adminTokenRule,
  databaseUrl,
  hiddenOf,
  logLevel,
  readSettings,
  redisPrefix,
  redisUrl,
  type Variables,
  wholeNumber,
} from '@holdfast/process';
import { z } from 'zod';
import { doorFields, doorRules } from './development/door-settings.ts';
import { isOrigin } from './http/cors.ts';
import { rateFields } from './rates/rate-settings.ts';

const corsOriginsFlaw =
  'is not a list of origins such as https://shop.example,http://localhost:5173. Write each as browsers do: scheme, host, a port that is not the usual one, no slash at its end, and no *';

/** `true` or `false`; this one where nothing is said. */
const trueOr = (unsaid: boolean) =>
  z
    .enum(['true', 'false'], `is not true or false. Leave it out for ${unsaid}`)
    .default(unsaid ? 'true' : 'false')
    .transform((text) => text === 'true');

/** Of these, separated by commas, browsers let pages call; of no other. */
const corsOrigins = z
  .string()
  .transform((text) => text.split(',').map((each) => each.trim()))
  .refine((origins) => origins.every(isOrigin), corsOriginsFlaw)
  .default([]);

const fields = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: wholeNumber(0, 65_535, 3_000),
  // Several processes take the connections of one port, where all of them say so.
  PORT_SHARED: trueOr(false),
  // The pages for people, at /.
  WEB: trueOr(true),
  DATABASE_URL: databaseUrl,
  DATABASE_POOL_SIZE: wholeNumber(2, 500, 10),
  // Absent: no admission, and every command goes to PostgreSQL.
  REDIS_URL: redisUrl,
  REDIS_PREFIX: redisPrefix,
  ...adminFields,
  ...authFields,
  ...doorFields,
  ...telemetryFields,
  LOG_LEVEL: logLevel,
  BODY_BYTES_MAX: wholeNumber(1_024, 16_777_216, 65_536),
  BATCH_SIZE_MAX: wholeNumber(1, 1_000, 20),
  CONNECTION_COUNT_MAX: wholeNumber(1, 1_000_000, 20_000),
  CONNECTION_REQUEST_COUNT_MAX: wholeNumber(1, 1_000_000, 1),
  TURN_CALL_COUNT_MAX: wholeNumber(1, 1_000_000, 32),
  CORS_ORIGINS: corsOrigins,
  PROXY_COUNT: wholeNumber(0, 10, 0),
  // Less than a client waits for an attempt (10 s), so that it hears the answer.
  REQUEST_TIMEOUT_MS: wholeNumber(100, 120_000, 8_000),
  RECEIVE_TIMEOUT_MS: wholeNumber(100, 120_000, 10_000),
  KEEP_ALIVE_TIMEOUT_MS: wholeNumber(100, 600_000, 72_000),
  GROUP_SIZE_MAX: wholeNumber(1, 10_000, 500),
  QUEUE_LENGTH_MAX: wholeNumber(1, 1_000_000, 10_000),
  EVENT_COUNT_MAX: wholeNumber(1, 1_000_000, 20_000),
  USER_COMMAND_COUNT_MAX: wholeNumber(1, 1_000_000, 100),
  READ_QUEUE_LENGTH_MAX: wholeNumber(1, 1_000_000, 10_000),
  CALLER_READ_COUNT_MAX: wholeNumber(1, 1_000_000, 500),
  ...rateFields,
  DRAIN_DELAY_MS: wholeNumber(0, 60_000, 0),
  DRAIN_IDLE_MS: wholeNumber(0, 60_000, 0),
  DRAIN_TIMEOUT_MS: wholeNumber(100, 600_000, 15_000),
});

/** Or a stop would always end by force, with whatever is under way then. */
const drainRule = z.refine<
  Pick<z.output<typeof fields>, 'DRAIN_DELAY_MS' | 'DRAIN_IDLE_MS' | 'DRAIN_TIMEOUT_MS'>
>((env) => env.DRAIN_DELAY_MS + env.DRAIN_IDLE_MS < env.DRAIN_TIMEOUT_MS, {
  path: ['DRAIN_TIMEOUT_MS'],
  error:
    'is not longer than DRAIN_DELAY_MS and DRAIN_IDLE_MS together. Raise it by REQUEST_TIMEOUT_MS or more beyond them',
});

const settings = fields.check(...authRules, ...doorRules).check(adminTokenRule, drainRule);

/** Each may stand in a file, and none is logged. */
const secretNames = [
  'DATABASE_URL',
  'REDIS_URL',
  'AUTH_SECRET',
  'AUTH_SECRET_PREVIOUS',
  'ADMIN_TOKEN',
  'DEVELOPMENT_DOOR_SECRET',
] as const;

/** Everything that can be configured, by the names that docs/operations.md lists. */
export type Env = z.output<typeof settings>;

/**
 * Reads the configuration. This is the only place that looks at the environment.
 *
 * Throws SettingsInvalid, which names every wrong variable and the fix.
 *
 * @example const env = readEnv({ DATABASE_URL: 'postgres://…', AUTH_SECRET: '…' })
 */
export function readEnv(variables: Variables = process.env): Env {
  return readSettings({ who: 'The api', schema: settings, variables, secretNames });
}

/** Where Redis is, and what the keys in it begin with; `null`: there is none, and none is needed. */
export function redisFrom({
  REDIS_URL: url,
  REDIS_PREFIX: prefix,
}: Pick<Env, 'REDIS_URL' | 'REDIS_PREFIX'>): {
  readonly url: string;
  readonly prefix: string;
} | null {
  return url === undefined ? null : { url, prefix };
}

/** What must never be logged of it. */
export function secretsOf(env: SecretSettings): readonly string[] {
  const own = secretNames.flatMap((name) => hiddenOf(name, env[name] ?? ''));
  return [...own, ...secretsOfTelemetry(env)];
}

type SecretSettings = Pick<Env, (typeof secretNames)[number] | 'OTEL_EXPORTER_OTLP_HEADERS'>;
