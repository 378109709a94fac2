import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** It may have to fetch Redis and to make a database first. */
const startMsMax = 180_000;

interface RunningHoldfast extends AsyncDisposable {
  /** Signs in once, and leads to a sample event. */
  readonly link: string;
}

/** Starts Holdfast as `pnpm start` does, on a free port, with data that are gone afterwards. */
export async function startHoldfast(): Promise<RunningHoldfast> {
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-screenshots-'));
  const main = fileURLToPath(new URL('../../../../tooling/cli/main.js', import.meta.url));
  const child = spawn(process.execPath, [main, 'start', '--port', '0'], {
    env: { ...process.env, HOLDFAST_DIRECTORY: directory, NODE_ENV: 'development' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = async () => {
    const ended = once(child, 'exit');
    if (child.exitCode === null && child.kill('SIGINT')) await ended;
    await rm(directory, { recursive: true, force: true });
  };
  try {
    return { link: await linkIn(child.stdout), [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function linkIn(output: NodeJS.ReadableStream): Promise<string> {
  const late = setTimeout(() => output.emit('error', new Error('It did not start.')), startMsMax);
  let text = '';
  try {
    for await (const chunk of output) {
      text += String(chunk);
      const [link] = /http:\/\/\S+#code=\S+/.exec(text) ?? [];
      if (link !== undefined) return link;
    }
  } finally {
    clearTimeout(late);
  }
  throw new Error(`It ended without a link:\n${text}`);
}
