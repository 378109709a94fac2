import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { secret } from './token.ts';

const { NODE_COMPILE_CACHE } = process.env;
const mainPath = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** The api as a process of its own, with what it has logged so far. */
export interface ApiProcess {
  readonly url: string;
  readonly adminUrl: string | null;
  readonly child: ChildProcess;
  readonly lines: readonly string[];
  readonly exitCode: Promise<number | null>;
}

export interface ApiProcesses {
  spawn(env: Record<string, string>): ChildProcess;
  /** Starts one, and waits until it listens. */
  start(env: Record<string, string>): Promise<ApiProcess>;
  killAll(): void;
}

/** Api processes that a test starts, and ends with all others of its own. */
export function createApiProcesses(): ApiProcesses {
  const started: ChildProcess[] = [];

  function spawnApi(env: Record<string, string>): ChildProcess {
    const child = spawn(process.execPath, [mainPath], {
      env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE, PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    started.push(child);
    return child;
  }

  async function start(env: Record<string, string>): Promise<ApiProcess> {
    const child = spawnApi({ AUTH_SECRET: secret, ...env });
    // Not at `exit`: the last lines may still be in the pipe then.
    const exitCode = once(child, 'close').then(([code]: (number | null)[]) => code ?? null);
    const lines: string[] = [];
    const { promise, resolve, reject } =
      Promise.withResolvers<Pick<ApiProcess, 'url' | 'adminUrl'>>();
    if (child.stdout === null || child.stderr === null) throw new Error('There are no pipes.');
    createInterface(child.stderr).on('line', (line) => lines.push(line));
    createInterface(child.stdout).on('line', (line) => {
      lines.push(line);
      const { msg, url, adminUrl } = JSON.parse(line);
      if (msg === 'listening') resolve({ url, adminUrl });
    });
    child.once('close', () => reject(new Error(lines.join('\n'))));
    return { ...(await promise), child, lines, exitCode };
  }

  return {
    spawn: spawnApi,
    start,
    killAll() {
      for (const child of started.splice(0)) child.kill('SIGKILL');
    },
  };
}
