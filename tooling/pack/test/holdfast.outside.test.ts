import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHoldfastClient } from '@holdfast/client';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Project, startProject } from './outside.ts';

/** A fresh machine downloads PostgreSQL and what else it needs. */
const timeoutMs = 300_000;

let folder: string;
let project: Project;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-command-'));
  project = await startProject(folder);
  await project.install(inject('tarballs').at(-1) ?? '');
}, timeoutMs);

afterAll(() => rm(folder, { recursive: true, force: true }));

const holdfast = (...args: readonly string[]) => project.run('npx', 'holdfast', ...args);

test('npx holdfast demo proves that nothing was oversold', { timeout: timeoutMs }, async () => {
  const { exitCode, output } = await holdfast('demo', '--json');
  const report = JSON.parse(output.split('\n').find((line) => line.startsWith('{')) ?? '{}');
  expect({ exitCode, ...report }).toMatchObject({
    exitCode: 0,
    verdict: 'pass',
    users: 1_000,
    confirmed: 500,
    oversold: 0,
    violations: 0,
  });
});

const { platform, arch } = process;

test.skipIf(platform !== 'linux')(
  'on a Node that is too old it runs on the one that it brings',
  async () => {
    await project.install(`old-node@npm:node-${platform}-${arch}@20.20.2`);
    const oldNode = join(folder, 'node_modules/old-node/bin/node');
    const { exitCode, output } = await project.run(
      oldNode,
      'node_modules/holdfast/main.js',
      'token',
      '--user',
      '',
    );
    expect({ exitCode, output }).toMatchObject({
      exitCode: 2,
      output: expect.stringContaining('user'),
    });
  },
  timeoutMs,
);

test('its help names commands as they are called here', async () => {
  const { exitCode, output } = await holdfast('--help');
  expect(exitCode).toBe(0);
  expect(output).toContain('npx holdfast start');
  expect(output).not.toContain('pnpm');
});

test('npx holdfast start sells, and leaves nothing running', { timeout: timeoutMs }, async () => {
  const child = spawn('npx', ['holdfast', 'start', '--port', '0'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const closed = once(child, 'close');
  const { url, organizer, user } = await welcomeOf(child);
  const { event } = createHoldfastClient({ url, token: organizer });
  const created = await event.create({
    title: 'A concert',
    date: '2999-01-01T20:00:00Z',
    seatCount: 1,
  });
  if (created.status !== 'accepted') throw new Error(JSON.stringify(created));
  const eventId = created.event.id;
  await event.open({ eventId });
  const { booking } = createHoldfastClient({ url, token: user });
  expect((await booking.book({ eventId, quantity: 1 })).status).toBe('confirmed');
  expect(existsSync(join(folder, '.holdfast'))).toBe(true);
  await expectPage(url);
  // As Ctrl-C does: everybody in the terminal hears of it.
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
  await closed;
  // The api hears that its parent has gone, and then answers what is under way.
  const asked = async () => await fetch(`${url}/trpc/health.live`).then(() => 'up', String);
  await expect.poll(asked).toContain('fetch failed');
});

/** A browser is given the page, and all that it loads. */
async function expectPage(url: string): Promise<void> {
  const page = await fetch(url, { headers: { accept: 'text/html' } });
  const html = await page.text();
  expect(page.headers.get('content-type')).toContain('text/html');
  const loaded = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path = '']) => path);
  const types = await Promise.all(
    loaded.map(async (path) => (await fetch(new URL(path, url))).headers.get('content-type')),
  );
  expect(types.join()).toMatch(/image\/svg.*text\/javascript|text\/javascript.*image\/svg/);
}

interface Welcome {
  readonly url: string;
  readonly organizer: string;
  readonly user: string;
}

/** What it prints when it is up. */
function welcomeOf(child: ChildProcess): Promise<Welcome> {
  const { promise, resolve, reject } = Promise.withResolvers<Welcome>();
  let output = '';
  const read = (chunk: Buffer) => {
    output += chunk.toString();
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
    const [organizer, user] = ['organizer', 'user'].map(
      (role) => new RegExp(`^\\s*${role}\\S*\\s+(ey\\S+)`, 'm').exec(output)?.[1],
    );
    if (url && organizer && user && output.includes('audit')) resolve({ url, organizer, user });
  };
  child.stdout?.on('data', read);
  child.stderr?.on('data', read);
  child.once('exit', () => reject(new Error(`It did not start:\n${output}`)));
  return promise;
}
