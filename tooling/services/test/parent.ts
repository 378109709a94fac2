import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const program = fileURLToPath(new URL('fixtures/start-and-wait.ts', import.meta.url));

interface ParentOptions {
  readonly directory?: string;
  readonly env?: Record<string, string>;
  readonly uid?: number;
}

/** A process of its own that has started services, and their process ids. */
export async function startParent({ directory, env = {}, uid }: ParentOptions): Promise<{
  parent: ChildProcess;
  pids: number[];
  databaseUrl: string;
}> {
  const { DATABASE_URL: _database, REDIS_URL: _redis, ...inherited } = process.env;
  const parent = spawn(
    process.execPath,
    [program, ...(directory === undefined ? [] : [directory])],
    {
      env: { ...inherited, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
      ...(uid !== undefined && { uid, gid: uid, cwd: '/' }),
    },
  );
  onTestFinished(() => void parent.kill('SIGKILL'));
  const lines = createInterface({ input: parent.stdout });
  const [line] = await Promise.race([
    once(lines, 'line'),
    once(parent, 'exit').then(() => {
      throw new Error('the parent ended before it had started its services');
    }),
  ]);
  const { pids, databaseUrl } = JSON.parse(line);
  return { parent, pids: pids.filter((pid: unknown) => typeof pid === 'number'), databaseUrl };
}
