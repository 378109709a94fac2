import { z } from 'zod';

/** A setting in the environment is missing or wrong. The message names each, and the mend. */
export class EnvInvalid extends Error {
  override readonly name = 'EnvInvalid';
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

const settings = z.object({
  DATABASE_URL: z
    .string('is missing. Set it to the database, as in postgres://user:password@host:5432/holdfast')
    .refine(
      (text) => isUrl(text, /^postgres(ql)?:$/),
      'is not a URL that starts with postgres:// and names a host. Mend its spelling',
    ),
  REDIS_URL: z
    .string('is missing. Set it to the Redis of the queues, as in redis://:password@host:6379')
    .refine(
      (text) => isUrl(text, /^rediss?:$/),
      'is not a URL that starts with redis:// or rediss:// and names a host. Mend its spelling',
    ),
  QUEUE_PREFIX: z
    .string()
    .regex(
      /^[\w-]{1,64}$/,
      'may have letters, digits, _ and - only, 64 at most. Leave it out for holdfast',
    )
    .default('holdfast'),
  LOG_LEVEL: z.enum(logLevels, `is not one of ${logLevels.join(', ')}`).default('info'),
});

/** Everything that can be configured. */
export type Env = z.output<typeof settings>;

/**
 * Reads the configuration. This is the only place that looks at the environment.
 *
 * Throws EnvInvalid, which names every wrong variable, what is wrong with it, and the mend. Values
 * are not repeated: URLs hold passwords.
 *
 * @example const env = readEnv({ DATABASE_URL: 'postgres://…', REDIS_URL: 'redis://…' })
 */
export function readEnv(
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Env {
  const given = Object.entries(variables).filter(
    ([, value]) => value !== undefined && value !== '',
  );
  const result = settings.safeParse(Object.fromEntries(given));
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    ({ path, message }) => `  ${path.join('.')} ${message}.`,
  );
  throw new EnvInvalid(`The worker cannot start. Mend the environment:\n${problems.join('\n')}`);
}

function isUrl(text: string, protocol: RegExp): boolean {
  const url = URL.parse(text);
  return url !== null && protocol.test(url.protocol) && url.hostname !== '';
}
