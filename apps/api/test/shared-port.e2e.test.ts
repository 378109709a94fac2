import { once } from 'node:events';
import { freshTables } from '@holdfast/fixtures';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ApiProcess, createApiProcesses } from './api-process.ts';
import { secret } from './token.ts';

const processes = createApiProcesses();
let env: Record<string, string>;
beforeEach(async () => {
  env = { DATABASE_URL: await freshTables(), PORT_SHARED: 'true' };
});
afterEach(() => processes.killAll());

const portOf = ({ url }: ApiProcess) => new URL(url).port;

/** What a process says that cannot start, and how it ends. */
async function failedStart(changes: Record<string, string>) {
  const child = processes.spawn({ AUTH_SECRET: secret, ...env, ...changes });
  let said = '';
  child.stdout?.on('data', (text: Buffer) => (said += text.toString()));
  child.stderr?.on('data', (text: Buffer) => (said += text.toString()));
  await once(child, 'close');
  return { exitCode: child.exitCode, said };
}

/** Each question comes on a connection of its own. */
async function askTimes(url: string, count: number): Promise<readonly number[]> {
  const ask = async () => {
    const answer = await fetch(`${url}/trpc/health.live`, { headers: { connection: 'close' } });
    return answer.status;
  };
  return await Promise.all(Array.from({ length: count }, ask));
}

/** How many requests a process has logged. */
const requestCountOf = ({ lines }: ApiProcess) =>
  lines.filter((line) => line.includes('"path":"/trpc/health.live"')).length;

test('processes that share a port are all asked, and one goes on without the other', async () => {
  // At `debug`, answered requests are logged.
  const talkative = { ...env, LOG_LEVEL: 'debug' };
  const first = await processes.start(talkative);
  const second = await processes.start({ ...talkative, PORT: portOf(first) });
  expect(second.url).toBe(first.url);
  // All on one side has a chance of 2 in 2 to the 60th.
  expect(new Set(await askTimes(first.url, 60))).toEqual(new Set([200]));
  const counts = () => [requestCountOf(first), requestCountOf(second)];
  await expect.poll(() => counts().reduce((sum, count) => sum + count)).toBe(60);
  expect(Math.min(...counts())).toBeGreaterThan(0);

  first.child.kill('SIGKILL');
  await first.exitCode;
  expect(new Set(await askTimes(first.url, 20))).toEqual(new Set([200]));
});

test('a port is shared only with those who share it: anybody else is refused, either way', async () => {
  const sharing = await processes.start(env);
  const plain = await failedStart({ PORT: portOf(sharing), PORT_SHARED: 'false' });
  expect(plain).toMatchObject({ exitCode: 1, said: expect.stringContaining('EADDRINUSE') });

  const alone = await processes.start({ ...env, PORT_SHARED: 'false' });
  const late = await failedStart({ PORT: portOf(alone) });
  expect(late.exitCode).toBe(1);
  expect(late.said).toContain(`The api cannot start. PORT ${portOf(alone)} is taken by a process`);
});
