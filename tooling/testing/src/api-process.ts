import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { findFreePort } from '@holdfast/services';
import { compileCacheEnv } from './env.ts';

const main = fileURLToPath(new URL('../../../apps/api/src/main.ts', import.meta.url));
const startTimeoutMs = 60_000;

/** The api as a process of its own. */
export interface ApiProcess {
  readonly url: string;
  /** In good order, or as it dies: `SIGKILL`. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/**
 * Starts the api on a free port, with these settings alone, and waits until it listens. Nobody is given its port while
 * it is down, so another may be started there.
 *
 * @throws Error with what it printed, where it does not
 * @example const api = await startApiProcess({ DATABASE_URL, AUTH_SECRET: secret })
 */
export async function startApiProcess(env: Readonly<Record<string, string>>): Promise<ApiProcess> {
  const child = spawn(process.execPath, [main], {
    env: { ...compileCacheEnv(), PORT: String(await findFreePort()), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  async function stop(signal: NodeJS.Signals = 'SIGTERM') {
    child.kill(signal);
    await exited;
  }
  try {
    return { url: await listeningUrl(child), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The address that the api logs when it listens. */
function listeningUrl(child: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let output = '';
  function read(chunk: Buffer) {
    output += chunk.toString();
    const url = /"url":"([^"]+)".*"msg":"listening"/.exec(output)?.[1];
    if (url !== undefined) resolve(url);
  }
  const fail = () => reject(new Error(`The api did not start:\n${output}`));
  child.stdout?.on('data', read);
  child.stderr?.on('data', read);
  child.once('exit', fail);
  const timer = setTimeout(fail, startTimeoutMs);
  return promise.finally(() => clearTimeout(timer));
}
