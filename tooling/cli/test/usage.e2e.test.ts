import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshDatabase } from '@holdfast/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from './command.ts';

const nowhere = 'postgres://nobody@127.0.0.1:1/nothing';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'holdfast-usage-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test('bad usage ends with 2, and says nothing on stdout', async () => {
  const { exitCode, stdout, stderr } = await runCommand(['stress', '--users', 'many', '--json']);
  expect(stderr).toContain("'--users <n>'");
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
});

test('a secret may stand in a file; one that is not there is named, but not to who asks for help', async () => {
  const [audit, token] = [join(directory, 'database_url'), join(directory, 'auth_secret')];
  await writeFile(audit, `${nowhere}\n`);
  await writeFile(token, 'x'.repeat(32));
  const minted = await runCommand(['token', '--role', 'user'], { AUTH_SECRET_FILE: token });
  expect(minted).toMatchObject({ exitCode: 0, stderr: '' });
  const audited = await runCommand(['audit'], { DATABASE_URL_FILE: audit });
  expect(audited.stderr).toContain('cannot be reached');

  const env = { AUTH_SECRET_FILE: join(directory, 'none') };
  const refused = await runCommand(['token', '--role', 'user'], env);
  expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
  expect(refused.stderr).toMatch(
    /AUTH_SECRET_FILE names .*none, which is not there\. Mount it, or/,
  );
  expect(await runCommand(['token', '--help'], env)).toMatchObject({ exitCode: 0 });
});

test('a running api is not touched without the means to judge it', async () => {
  const args = ['stress', '--url', 'http://127.0.0.1:1'];
  const blind = await runCommand(args, { AUTH_SECRET: '' });
  expect(blind.stderr).toContain('--url needs AUTH_SECRET in the environment');
  const unaudited = await runCommand(args, { AUTH_SECRET: 'x'.repeat(32) });
  expect(unaudited.stderr).toContain('--url needs DATABASE_URL in the environment');
  expect([blind.exitCode, unaudited.exitCode]).toEqual([2, 2]);
});

test.each(['audit', 'doctor', 'migrate'])(
  'a database that does not answer is said to be away, with a hint: %s',
  async (command) => {
    const { exitCode, stderr } = await runCommand([command, '--database-url', nowhere]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('cannot be reached');
    expect(stderr).toContain('Is it running, and is its URL right?');
    expect(stderr).toContain('ECONNREFUSED');
  },
);

test('given servers that do not answer fail the first step, each by its variable', async () => {
  const env = { DATABASE_URL: nowhere, REDIS_URL: 'redis://127.0.0.1:1' };
  const { exitCode, stdout, stderr } = await runCommand(['demo', '--json'], env);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  const refused = 'connect ECONNREFUSED 127.0.0.1:1. Is it running, and is its URL right?';
  expect(stderr).toContain('✗ PostgreSQL and Redis are up');
  expect(stderr.split('\n').slice(1)).toEqual([
    'error: PostgreSQL and Redis are up: failed',
    `  DATABASE_URL: ${refused}`,
    `  REDIS_URL: ${refused}`,
    '',
  ]);
});

test('audit needs tables; migrate makes them, once', async () => {
  const url = await freshDatabase();
  const database = ['--database-url', url];
  const before = await runCommand(['audit', ...database]);
  expect(before.exitCode).toBe(1);
  expect(before.stderr).toContain('Run: pnpm holdfast migrate');

  const first = await runCommand(['migrate', ...database]);
  expect(first.stdout).toMatch(/^Applied \d+ migration/);
  const second = await runCommand(['migrate', ...database, '--json']);
  expect(second.stdout).toBe('{"applied":[]}\n');

  const after = await runCommand(['audit', ...database, '--json']);
  expect(after.exitCode).toBe(0);
  expect(JSON.parse(after.stdout)).toMatchObject({ verdict: 'pass', violations: 0 });

  const told = (await runCommand(['audit', ...database])).stdout.replaceAll(/\s+/g, ' ');
  const { host, pathname } = new URL(url);
  expect(told).toContain(`0 events of postgres://${host}${pathname}: every promise kept. PASS`);

  const unknown = await runCommand(['audit', ...database, '--event', randomUUID(), '--json']);
  expect(unknown).toMatchObject({ exitCode: 2, stdout: '' });
  expect(unknown.stderr).toContain('There is no event with this id in that database.');
});

test('start says when its port is taken, and how to choose another', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const { exitCode, stderr } = await runCommand(['start', '--port', String(port)], {
    HOLDFAST_DIRECTORY: '/nonexistent',
  });
  other.close();
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`Port ${port} is taken`);
  expect(stderr).toContain(`--port ${port + 1}`);
});

test('start refuses pools that PostgreSQL has no connections for, before it starts an api', async () => {
  const { exitCode, stdout, stderr } = await runCommand(
    ['start', '--processes', '8', '--port', '0', '--without-redis'],
    {
      HOLDFAST_DIRECTORY: directory,
      DATABASE_URL: await freshDatabase(),
      DATABASE_POOL_SIZE: '50',
    },
  );
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain('8 api processes with 50 connections each');
  expect(stderr).toContain('set DATABASE_POOL_SIZE to 20');
});
