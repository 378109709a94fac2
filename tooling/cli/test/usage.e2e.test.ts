import { once } from 'node:events';
import { createServer } from 'node:net';
import { freshDatabase } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { runCommand } from './command.ts';

test('bad usage ends with 2, and says nothing on stdout', async () => {
  const { exitCode, stdout, stderr } = await runCommand(['stress', '--users', 'many', '--json']);
  expect(stderr).toContain("'--users <n>'");
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
});

test('a running api is not touched without the means to judge it', async () => {
  const args = ['stress', '--url', 'http://127.0.0.1:1'];
  const blind = await runCommand(args, { AUTH_SECRET: '' });
  expect(blind.stderr).toContain('--url needs AUTH_SECRET in the environment');
  const unaudited = await runCommand(args, { AUTH_SECRET: 'x'.repeat(32) });
  expect(unaudited.stderr).toContain('--url needs DATABASE_URL in the environment');
  expect([blind.exitCode, unaudited.exitCode]).toEqual([2, 2]);
});

test('a database that does not answer is said to be away, with a hint', async () => {
  const nowhere = 'postgres://nobody@127.0.0.1:1/nothing';
  const { exitCode, stderr } = await runCommand(['audit', '--database-url', nowhere]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('cannot be reached');
  expect(stderr).toContain('ECONNREFUSED');
});

test('audit needs tables; migrate makes them, once', async () => {
  const database = ['--database-url', await freshDatabase()];
  const before = await runCommand(['audit', ...database]);
  expect(before.exitCode).toBe(1);
  expect(before.stderr).toContain('holdfast migrate');

  const first = await runCommand(['migrate', ...database]);
  expect(first.stdout).toMatch(/^Applied \d+ migration/);
  const second = await runCommand(['migrate', ...database, '--json']);
  expect(second.stdout).toBe('{"applied":[]}\n');

  const after = await runCommand(['audit', ...database, '--json']);
  expect(after.exitCode).toBe(0);
  expect(JSON.parse(after.stdout)).toMatchObject({ verdict: 'pass', violations: 0 });
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
