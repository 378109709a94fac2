import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '@holdfast/command';
import { startServices } from '@holdfast/services';
import { readEnv } from '../env.ts';
import { findRunning } from './local-state.ts';

/** The servers of a Holdfast whose data a command looks at. */
export interface Source extends AsyncDisposable {
  readonly url: string;
  /** `null`: it has no Redis, or nobody said which. */
  readonly redisUrl: string | null;
  /** It was started to be looked at alone: no worker runs on it. */
  readonly isAtRest: boolean;
}

interface Given {
  readonly databaseUrl?: string;
  readonly redisUrl?: string;
}

/**
 * The servers that the options name, else those of the environment, else those of a running `start`, else
 * its data at rest, for which PostgreSQL is started.
 *
 * @throws UsageError where there is none of these
 * @example await using source = await openSource({})
 */
export async function openSource(given: Given): Promise<Source> {
  const env = readEnv();
  const databaseUrl = given.databaseUrl ?? env.databaseUrl;
  const redisUrl = given.redisUrl ?? env.redisUrl;
  if (databaseUrl !== null) return running(databaseUrl, redisUrl);
  const found = await findRunning();
  if (found !== null) return running(found.databaseUrl, redisUrl ?? found.redisUrl);
  return await atRest(env.stateDirectory);
}

function running(url: string, redisUrl: string | null): Source {
  return { url, redisUrl, isAtRest: false, [Symbol.asyncDispose]: async () => {} };
}

async function atRest(directory: string): Promise<Source> {
  if (!existsSync(join(directory, 'postgres'))) {
    throw new UsageError(
      'Which database? Set DATABASE_URL, give --database-url, or run pnpm start.',
    );
  }
  const services = await startServices({ directory, redis: false });
  return {
    url: services.databaseUrl,
    redisUrl: null,
    isAtRest: true,
    [Symbol.asyncDispose]: () => services.stop(),
  };
}
