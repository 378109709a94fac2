import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** What the environment says about services. The only place of this package that reads it. */
export interface ServicesEnv {
  /** `DATABASE_URL`; `null` where it is not set or empty. */
  readonly databaseUrl: string | null;
  /** `REDIS_URL`; `null` where it is not set or empty. */
  readonly redisUrl: string | null;
  /** Where unpacked packages are kept: `$XDG_CACHE_HOME/holdfast` or `~/.cache/holdfast`. */
  readonly cacheDirectory: string;
  /** The folders of `PATH`, in order. */
  readonly programDirectories: readonly string[];
}

/** Read the environment as it is now. */
export function readServicesEnv(): ServicesEnv {
  const { DATABASE_URL, REDIS_URL, XDG_CACHE_HOME, PATH = '' } = process.env;
  return {
    databaseUrl: DATABASE_URL || null,
    redisUrl: REDIS_URL || null,
    cacheDirectory: join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'holdfast'),
    programDirectories: PATH.split(delimiter).filter((directory) => directory !== ''),
  };
}
