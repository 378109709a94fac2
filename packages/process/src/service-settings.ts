import { readRedisUrl } from '@holdfast/server-urls';
import { z } from 'zod';
import { boundedNumber, urlReadBy } from './settings.ts';

/** REDIS_URL. Where it is absent, a process does without Redis. */
export const redisUrl = urlReadBy(readRedisUrl, 'redis://:password@host:6379').optional();

/** REDIS_PREFIX: what all keys in Redis begin with. Processes of one prefix share their work. */
export const redisPrefix = z
  .string()
  .regex(
    /^[\w-]{1,64}$/,
    'may have letters, digits, _ and - only, 64 at most. Leave it out for holdfast',
  )
  .default('holdfast');

const tokenLengthMin = 32;
const howToMakeOne = 'Make one: openssl rand -base64 32';

/** The settings of the admin server: see `adminTokenRule` and `adminFrom`. */
export const adminFields = {
  ADMIN_PORT: boundedNumber(0, 65_535, 'Leave it out for no admin server').optional(),
  ADMIN_HOST: z.string().default('127.0.0.1'),
  ADMIN_TOKEN: z
    .string()
    .regex(
      // What no header can carry, nobody could log in with.
      /^[\x21-\x7e]{32,}$/,
      `is shorter than ${tokenLengthMin} characters, or has other than printable ASCII ones. ${howToMakeOne}`,
    )
    .optional(),
};

interface AdminSettings {
  readonly ADMIN_PORT?: number | undefined;
  readonly ADMIN_HOST: string;
  readonly ADMIN_TOKEN?: string | undefined;
}

/**
 * No admin server without a token. Named even where another field is wrong, so that nobody has to
 * fix twice.
 *
 * @example z.object({ DATABASE_URL: databaseUrl, ...adminFields }).check(adminTokenRule)
 */
export const adminTokenRule = z.refine<AdminSettings>(
  ({ ADMIN_PORT, ADMIN_TOKEN }) => ADMIN_PORT === undefined || ADMIN_TOKEN !== undefined,
  {
    path: ['ADMIN_TOKEN'],
    when: () => true,
    error: `is missing, and ADMIN_PORT is set. Set it, or leave both out. ${howToMakeOne}`,
  },
);

/** Where the admin server listens, and its token; null where none is configured. */
export function adminFrom(
  settings: AdminSettings,
): { readonly host: string; readonly port: number; readonly token: string } | null {
  const { ADMIN_HOST: host, ADMIN_PORT: port, ADMIN_TOKEN: token } = settings;
  return port === undefined || token === undefined ? null : { host, port, token };
}
