import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freshDatabase } from '@holdfast/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DoctorReport } from '../src/doctor/examine.ts';
import { withDatabase } from '../src/servers/database.ts';
import { type RunningCommand, runCommand, startCommand } from './command.ts';

const shell = async (line: string) => (await promisify(execFile)('/bin/sh', ['-c', line])).stdout;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'holdfast-start-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Starts it as on a new machine, with servers of its own, and waits for the last line. */
async function start(...args: readonly string[]): Promise<RunningCommand> {
  return startWith({}, ...args);
}

async function startWith(
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<RunningCommand> {
  const command = startCommand(['start', '--port', '0', ...args], {
    HOLDFAST_DIRECTORY: directory,
    ...env,
  });
  await expect
    .poll(() => command.stdout() + command.stderr(), { timeout: 40_000 })
    .toMatch(/pnpm holdfast audit|error:/);
  return command;
}

async function stop(command: RunningCommand, signal: NodeJS.Signals): Promise<void> {
  command.process.kill(signal);
  const exitCode = await command.exited;
  expect({ exitCode, stderr: command.stderr() }).toMatchObject({ exitCode: 0 });
}

/** The command lines that it printed to be tried. */
function printedCommands(command: RunningCommand): readonly string[] {
  return command.stdout().match(/^curl (?:.*\\\n)*.*$/gm) ?? [];
}

/** What the link that was printed gives, as the page asks for it. */
async function signInBy(printed: string): Promise<unknown> {
  const [, url = '', code = ''] = /(http:\/\/[^/\s]+)\/\S*#code=(\S+)/.exec(printed) ?? [];
  const headers = { 'content-type': 'application/json', origin: url };
  const body = JSON.stringify({ code });
  const response = await fetch(`${url}/dev/sign-in`, { method: 'POST', headers, body });
  return await response.json();
}

/** Its verdict, its exit code, and what it found of Redis. */
async function runDoctor(env: Readonly<Record<string, string>>) {
  const { stdout, exitCode } = await runCommand(['doctor', '--json'], env);
  const { verdict, checks }: DoctorReport = JSON.parse(stdout);
  expect({ exitCode, verdict, stdout }).toMatchObject({ exitCode: verdict === 'pass' ? 0 : 1 });
  return { verdict, redis: checks.find(({ id }) => id === 'redis')?.figure };
}

test('what start prints works as it stands, and its data is there again next time', async () => {
  const first = await start();
  const [book = '', look = ''] = printedCommands(first);
  const booked = JSON.parse(await shell(book));
  expect(booked).toMatchObject({ result: { data: { status: 'confirmed', quantity: 1 } } });
  expect(JSON.parse(await shell(book))).toEqual(booked);
  expect(JSON.parse(await shell(look))).toMatchObject({
    result: { data: { availableSeats: 499 } },
  });

  expect(first.stdout()).toContain(
    'A sample event was made for you: Opening night, with 500 free seats',
  );
  expect(await signInBy(first.stdout())).toMatchObject({ status: 'signed_in' });
  expect(await signInBy(first.stdout())).toMatchObject({ status: 'refused' });

  const env = { HOLDFAST_DIRECTORY: directory };
  const second = await runCommand(['start', '--port', '0'], env);
  expect(second.exitCode).toBe(2);
  expect(second.stderr).toContain('already runs at http://127.0.0.1:');
  expect(await signInBy(second.stderr)).toMatchObject({ status: 'signed_in' });
  expect((await runCommand(['audit'], env)).exitCode).toBe(0);
  expect(await runDoctor(env)).toMatchObject({ verdict: 'pass', redis: 'noeviction' });
  await stop(first, 'SIGINT');
  expect((await runCommand(['audit'], env)).exitCode).toBe(0);
  expect(await runDoctor(env)).toMatchObject({ verdict: 'pass', redis: 'without Redis' });

  const again = await start();
  expect(again.stdout()).toContain('A sample event is on sale: Opening night, with 499 free seats');
  const [bookAgain = '', lookAgain = ''] = printedCommands(again);
  expect(JSON.parse(await shell(bookAgain))).toMatchObject({
    result: { data: { status: 'confirmed' } },
  });
  expect(JSON.parse(await shell(lookAgain))).toMatchObject({
    result: { data: { availableSeats: 498 } },
  });

  const token = await runCommand(['token', '--role', 'organizer', '--user', 'ann'], env);
  expect(token.stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(again.stdout())?.[0] ?? '';
  const mine = await fetch(`${url}/trpc/event.list?input=${encodeURIComponent('{"mine":true}')}`, {
    headers: { authorization: `Bearer ${token.stdout.trim()}` },
  });
  expect(await mine.json()).toMatchObject({ result: { data: { items: [] } } });
  await stop(again, 'SIGTERM');
}, 120_000);

/** The process ids of the api processes that a command has started. */
async function apisOf({ process: { pid } }: RunningCommand): Promise<readonly number[]> {
  const lines = (await shell('ps -A -o ppid=,pid=,args=')).split('\n');
  return lines.flatMap((line) => {
    const [parent, child] = line.trim().split(/\s+/);
    return Number(parent) === pid && line.includes('apps/api/src/main.ts') ? [Number(child)] : [];
  });
}

test('of two api processes on one port one may die: the other answers, and it is started again', async () => {
  const command = await start('--processes', '2');
  const [killed = 0, other] = await apisOf(command);
  expect(other).toBeGreaterThan(0);
  process.kill(killed, 'SIGKILL');
  await expect
    .poll(command.stderr, { interval: 10 })
    .toMatch(/The api [12] ended by itself, and is started again/);
  const [book = ''] = printedCommands(command);
  expect(JSON.parse(await shell(book))).toMatchObject({
    result: { data: { status: 'confirmed' } },
  });
  await expect.poll(command.stderr, { timeout: 30_000 }).toMatch(/The api [12] is up again/);
  const now = await apisOf(command);
  expect(now).toHaveLength(2);
  expect(now).toContain(other);
  await stop(command, 'SIGTERM');
  expect(command.stderr().match(/ended by itself/g)).toHaveLength(1);
});

test('in production there is no link, and nothing behind it; and an api that was alone is not started again', async () => {
  const command = await startWith({ NODE_ENV: 'production' });
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(command.stdout())?.[0] ?? '';
  expect(command.stdout()).not.toContain('#code=');
  for (const path of ['/dev/sign-in', '/dev/storm']) {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(url + path, { method: 'POST', headers, body: '{}' });
    expect(response.status).toBe(404);
  }
  const [killed = 0] = await apisOf(command);
  process.kill(killed, 'SIGKILL');
  expect(await command.exited).toBe(1);
  expect(command.stderr()).toContain('the api ended by itself');
});

test('a promise that is broken is told loudly, with where to look and how to stop selling, which works', async () => {
  const env = { DATABASE_URL: await freshDatabase(), AUDIT_EVERY_MS: '1000' };
  const command = await startWith(env, '--without-redis');
  await withDatabase({ url: env.DATABASE_URL }, ({ pool }) =>
    pool.query('update events set available_seats = available_seats - 1'),
  );
  await expect
    .poll(command.stderr, { timeout: 20_000 })
    .toContain('A PROMISE IS BROKEN. The audit of the worker found rows that break I2');
  await expect.poll(command.stderr).toContain('what to do: pnpm holdfast audit');

  expect(await runDoctor({ HOLDFAST_DIRECTORY: directory })).toMatchObject({ verdict: 'fail' });
  const look = await runCommand(['audit'], { HOLDFAST_DIRECTORY: directory });
  expect(look.exitCode).toBe(1);
  expect(look.stdout).toContain('What to do, now:');
  expect(look.stdout).toContain('event.close');
  const eventId = /event_id ([-0-9a-f]{36})/.exec(look.stdout)?.[1] ?? '';

  // As docs/operations.md has it.
  const admin = await runCommand(['token', '--role', 'admin'], { HOLDFAST_DIRECTORY: directory });
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(command.stdout())?.[0] ?? '';
  const closed = await shell(
    `curl -s ${url}/trpc/event.close -H 'authorization: Bearer ${admin.stdout.trim()}' -H 'content-type: application/json' -d '{"eventId":"${eventId}"}'`,
  );
  expect(JSON.parse(closed)).toMatchObject({ result: { data: { status: 'accepted' } } });
  const [book = ''] = printedCommands(command);
  expect(JSON.parse(await shell(book))).toMatchObject({ result: { data: { status: 'refused' } } });
  await stop(command, 'SIGINT');
});
