import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/**
 * What the environment says about services, as it is now. The only place of this package that touches
 * it. What is not set, or empty, is `null`.
 */
export function readServicesEnv() {
  const { DATABASE_URL, HOLDFAST_CITUS_URL, REDIS_URL, XDG_CACHE_HOME, PATH = '' } = process.env;
  const caches = XDG_CACHE_HOME || homeCaches();
  return {
    databaseUrl: DATABASE_URL || null,
    /** The coordinator of a Citus cluster, to take the place of every other PostgreSQL. */
    citusUrl: HOLDFAST_CITUS_URL || null,
    redisUrl: REDIS_URL || null,
    /** Where unpacked packages are kept; `null` for a user without a home. */
    cacheDirectory: caches === null ? null : join(caches, 'holdfast'),
    /** The folders of `PATH`, in order. */
    programDirectories: PATH.split(delimiter).filter((directory) => directory !== ''),
  };
}

/** Node throws where neither HOME nor the list of users names a home. */
function homeCaches(): string | null {
  try {
    return join(homedir(), '.cache');
  } catch {
    return null;
  }
}

/**
 * The whole environment of a server of ours, and of the programs that make its files. Nothing else
 * of the caller's: PGPORT, PGTZ, LC_MESSAGES and their like would change it.
 */
export function serverEnv(): NodeJS.ProcessEnv {
  const { programDirectories } = readServicesEnv();
  return { PATH: programDirectories.join(delimiter), LC_ALL: 'C', TZ: 'UTC' };
}

/** What libpq's clients and MikroORM read of a server that a URL does not say. */
const clientSetting = /^(PG[A-Z]|MIKRO_ORM_)/;

/**
 * From now on this process, and those that it starts, have no settings for clients of PostgreSQL:
 * what the caller has set for another server (PGSSLMODE, PGOPTIONS, MIKRO_ORM_HOST, …) says nothing
 * about one of ours.
 */
export function forgetClientSettings(): void {
  for (const name of Object.keys(process.env)) {
    if (clientSetting.test(name)) delete process.env[name];
  }
}

const loopback = '127.0.0.1,localhost';

/** From now on no proxy stands between us, or those whom we start, and this machine. */
export function bypassProxies(): void {
  // The small one counts where both are set.
  const { no_proxy, NO_PROXY = '' } = process.env;
  const given = no_proxy ?? NO_PROXY;
  const all = given === '' ? loopback : `${given},${loopback}`;
  Object.assign(process.env, { no_proxy: all, NO_PROXY: all });
}
