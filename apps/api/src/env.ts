import { z } from 'zod';

/** A setting in the environment is missing or wrong. The message names each, and the mend. */
export class EnvInvalid extends Error {
  override readonly name = 'EnvInvalid';
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
const secretLengthMin = 32;

const settings = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: wholeNumber(0, 65_535, 3_000),
  DATABASE_URL: z
    .string('is missing. Set it to the database, as in postgres://user:password@host:5432/holdfast')
    .refine(
      isDatabaseUrl,
      'is not a URL that starts with postgres:// and names a host. Mend its spelling',
    ),
  DATABASE_POOL_SIZE: wholeNumber(2, 500, 10),
  AUTH_SECRET: z
    .string()
    .min(
      secretLengthMin,
      `is shorter than ${secretLengthMin} characters. Make one: openssl rand -base64 32`,
    )
    .optional(),
  AUTH_JWKS_URL: z
    .string()
    .refine(
      isKeySetUrl,
      'is not an https URL (http is allowed on this machine only). Mend its spelling',
    )
    .optional(),
  AUTH_ISSUER: z.string().default('holdfast'),
  AUTH_AUDIENCE: z.string().default('holdfast'),
  LOG_LEVEL: z.enum(logLevels, `is not one of ${logLevels.join(', ')}`).default('info'),
  BODY_BYTES_MAX: wholeNumber(1_024, 16_777_216, 65_536),
  BATCH_SIZE_MAX: wholeNumber(1, 1_000, 20),
  CONNECTION_COUNT_MAX: wholeNumber(1, 1_000_000, 20_000),
  REQUEST_TIMEOUT_MS: wholeNumber(100, 120_000, 10_000),
  RECEIVE_TIMEOUT_MS: wholeNumber(100, 120_000, 10_000),
  KEEP_ALIVE_TIMEOUT_MS: wholeNumber(100, 600_000, 72_000),
  GROUP_SIZE_MAX: wholeNumber(1, 10_000, 500),
  QUEUE_LENGTH_MAX: wholeNumber(1, 1_000_000, 10_000),
  EVENT_COUNT_MAX: wholeNumber(1, 1_000_000, 20_000),
  DRAIN_DELAY_MS: wholeNumber(0, 60_000, 0),
  DRAIN_TIMEOUT_MS: wholeNumber(100, 600_000, 15_000),
});

/** Everything that can be configured, by the names that docs/operations.md lists. */
export type Env = z.output<typeof settings>;

/**
 * Reads the configuration. This is the only place that looks at the environment.
 *
 * Throws EnvInvalid, which names every wrong variable, what is wrong with it, and the mend. Values
 * are not repeated: some of them are secrets.
 *
 * @example const env = readEnv({ DATABASE_URL: 'postgres://…', AUTH_SECRET: '…' })
 */
export function readEnv(
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Env {
  const given = Object.entries(variables).filter(
    ([, value]) => value !== undefined && value !== '',
  );
  const result = settings.safeParse(Object.fromEntries(given));
  const problems = result.success
    ? keyProblems(result.data)
    : result.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}.`);
  if (result.success && problems.length === 0) return result.data;
  throw new EnvInvalid(
    `The api cannot start. Mend the environment:\n${problems.map((line) => `  ${line}`).join('\n')}`,
  );
}

/** Tokens are checked in exactly one way. */
function keyProblems(env: Env): string[] {
  const count = [env.AUTH_SECRET, env.AUTH_JWKS_URL].filter((value) => value !== undefined).length;
  if (count === 1) return [];
  return count === 0
    ? ['AUTH_SECRET is missing. Set it, or AUTH_JWKS_URL. Make one: openssl rand -base64 32.']
    : ['AUTH_SECRET and AUTH_JWKS_URL are both set. Remove the one that is not used.'];
}

function wholeNumber(min: number, max: number, fallback: number) {
  const message = `is not a whole number from ${min} to ${max}. Leave it out for ${fallback}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, message)
    .transform(Number)
    .refine((value) => value >= min && value <= max, message)
    .default(fallback);
}

function isDatabaseUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^postgres(ql)?:$/.test(url.protocol) && url.hostname !== '';
}

function isKeySetUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null) return false;
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLocal);
}
