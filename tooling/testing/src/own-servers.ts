import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  findRedisProgram,
  type ServiceHandle,
  startPostgres,
  startRedis,
} from '@holdfast/services';

/** A server that one test file has to itself, to do with as it likes. */
export interface OwnServer {
  readonly url: string;
  readonly handle: ServiceHandle;
  /** Of its own; removed with the server. */
  readonly directory: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * A PostgreSQL of its own, whatever DATABASE_URL says. Its data lies in `data` of its directory.
 *
 * @example await using postgres = await startOwnPostgres()
 */
export async function startOwnPostgres(parent: string = tmpdir()): Promise<OwnServer> {
  return await startIn(parent, (directory) => startPostgres({ directory }));
}

/**
 * A Redis of its own, whatever REDIS_URL says. It keeps nothing.
 *
 * @throws ServiceUnavailable where there is none to be had.
 */
export async function startOwnRedis(): Promise<OwnServer> {
  const program = await findRedisProgram(() => {});
  return await startIn(tmpdir(), (directory) =>
    startRedis({ directory, isPersistent: false, program }),
  );
}

type Start = (directory: string) => Promise<{ url: string; handle: ServiceHandle }>;

async function startIn(parent: string, start: Start): Promise<OwnServer> {
  const directory = await mkdtemp(join(parent, 'holdfast-own-'));
  const remove = () => rm(directory, { recursive: true, force: true });
  const { url, handle } = await start(directory).catch(async (error: unknown) => {
    await remove();
    throw error;
  });
  return {
    url,
    handle,
    directory,
    async [Symbol.asyncDispose]() {
      await handle.stop();
      await remove();
    },
  };
}
