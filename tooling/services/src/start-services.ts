import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { bypassProxies, readServicesEnv } from './env.ts';
import { type PostgresPlan, startPostgres } from './postgres.ts';
import { startRedis } from './redis.ts';
import { findRedisProgram, type RedisProgram } from './redis-program.ts';
import type { ServiceHandle } from './server.ts';
import { ServiceUnavailable } from './service-unavailable.ts';
import { makeTemporaryDirectory } from './temporary-directory.ts';

export interface ServicesOptions {
  /** Where data is kept over starts; `null`: a new temporary directory, removed by `stop`. */
  readonly directory: string | null;
  /** Is PostgreSQL wanted? Yes unless told otherwise. With these settings beside ours, where it is started here. */
  readonly postgres?: boolean | PostgresPlan['settings'];
  /**
   * Is Redis wanted? Yes unless told otherwise. `'optional'`: where none can be had, go without, and
   * say why in the log.
   */
  readonly redis?: boolean | 'optional';
  /** Told what is going on, a sentence at a time. */
  readonly log?: (line: string) => void;
}

export interface Services {
  /** A database to work in; empty where PostgreSQL was not wanted. */
  readonly databaseUrl: string;
  /** It is of a Citus cluster (`HOLDFAST_CITUS_URL`): tables that are made there are to be distributed. */
  readonly isDistributed?: boolean;
  /** Empty where Redis was not wanted, or was optional and could not be had. */
  readonly redisUrl: string;
  /** `null` where the environment names one (`HOLDFAST_CITUS_URL`, `DATABASE_URL`), or none was wanted. */
  readonly postgres: ServiceHandle | null;
  /** `null` where the environment names one (`REDIS_URL`), or there is none. */
  readonly redis: ServiceHandle | null;
  /** End what was started, and remove a temporary directory. Safe to repeat. */
  stop(): Promise<void>;
}

interface Running {
  readonly url: string;
  readonly handle: ServiceHandle | null;
  readonly isDistributed?: boolean;
}

const without: Running = { url: '', handle: null };

/**
 * PostgreSQL and Redis for a machine that has neither: those that `HOLDFAST_CITUS_URL`, or else `DATABASE_URL`, and `REDIS_URL`
 * name, else servers of our own on 127.0.0.1, which end when this process ends. A second start in
 * the same directory finds the data of the first.
 *
 * A proxy that the environment names is from then on bypassed for this machine.
 *
 * Call it from the main thread: the servers end with the thread that started them.
 *
 * @throws ServiceUnavailable, with what was tried and the fix, where this machine has no way.
 * @example
 * const services = await startServices({ directory: null })
 * await services.stop()
 */
export async function startServices(options: ServicesOptions): Promise<Services> {
  bypassProxies();
  const directory = resolve(options.directory ?? (await makeTemporaryDirectory()));
  const started: ServiceHandle[] = [];
  const stop = async () => {
    await Promise.all(started.map((handle) => handle.stop()));
    if (options.directory === null) await rm(directory, { recursive: true, force: true });
  };
  const keep = (running: Running): Running => {
    if (running.handle !== null) started.push(running.handle);
    return running;
  };
  const results = await Promise.allSettled([
    providePostgres(options, directory).then(keep),
    provideRedis(options, directory).then(keep),
  ]);
  const [postgres, redis] = results;
  if (postgres.status === 'fulfilled' && redis.status === 'fulfilled') {
    return {
      databaseUrl: postgres.value.url,
      isDistributed: postgres.value.isDistributed === true,
      redisUrl: redis.value.url,
      postgres: postgres.value.handle,
      redis: redis.value.handle,
      stop,
    };
  }
  await stop();
  throw firstReason(results);
}

async function providePostgres(
  { postgres = true, log = ignore }: ServicesOptions,
  directory: string,
): Promise<Running> {
  if (postgres === false) return without;
  const { databaseUrl, citusUrl } = readServicesEnv();
  if (citusUrl !== null) return { url: citusUrl, handle: null, isDistributed: true };
  if (databaseUrl !== null) return { url: databaseUrl, handle: null };
  const settings = postgres === true ? {} : postgres;
  const running = await startPostgres({ directory: join(directory, 'postgres'), settings });
  log(`PostgreSQL runs on 127.0.0.1:${running.handle.port}`);
  return running;
}

async function provideRedis(
  { redis = true, log = ignore, directory: kept }: ServicesOptions,
  directory: string,
): Promise<Running> {
  if (!redis) return without;
  const { redisUrl } = readServicesEnv();
  if (redisUrl !== null) return { url: redisUrl, handle: null };
  const program = redis === true ? await findRedisProgram(log) : await tryToFindRedis(log);
  if (program === null) return without;
  const running = await startRedis({
    directory: join(directory, 'redis'),
    isPersistent: kept !== null,
    program,
  });
  log(`Redis runs on 127.0.0.1:${running.handle.port}`);
  return running;
}

async function tryToFindRedis(log: (line: string) => void): Promise<RedisProgram | null> {
  try {
    return await findRedisProgram(log);
  } catch (error) {
    if (!(error instanceof ServiceUnavailable)) throw error;
    log(`Goes on without Redis. ${error.message}`);
    return null;
  }
}

function firstReason(results: readonly PromiseSettledResult<unknown>[]): unknown {
  return results.find((result) => result.status === 'rejected')?.reason;
}

function ignore(): void {}
