import { databaseUrl, logLevel, readSettings, urlOf, type Variables } from '@holdfast/process';
import { z } from 'zod';

const settings = z.object({
  DATABASE_URL: databaseUrl,
  REDIS_URL: urlOf('redis://:password@host:6379', 'redis:', 'rediss:'),
  QUEUE_PREFIX: z
    .string()
    .regex(
      /^[\w-]{1,64}$/,
      'may have letters, digits, _ and - only, 64 at most. Leave it out for holdfast',
    )
    .default('holdfast'),
  LOG_LEVEL: logLevel,
});

/** Everything that can be configured. */
export type Env = z.output<typeof settings>;

/**
 * Reads the configuration. This is the only place that looks at the environment.
 *
 * Throws SettingsInvalid, which names every wrong variable and the mend.
 *
 * @example const env = readEnv({ DATABASE_URL: 'postgres://…', REDIS_URL: 'redis://…' })
 */
export function readEnv(variables: Variables = process.env): Env {
  return readSettings({ who: 'The worker', schema: settings, variables });
}
