import { randomUUID } from 'node:crypto';
import { freshDatabase, startTcpProxy } from '@holdfast/testing';
import { afterEach, expect, test } from 'vitest';
import { withDatabase } from '../src/servers/database.ts';
import { runCommand, startCommand } from './command.ts';

const password = 'of-the-app-only';
const role = `app_${randomUUID().replaceAll('-', '')}`;
let url: string;
const owner = `${role}_owner`;
afterEach(async () => {
  await withDatabase({ url }, async ({ pool }) => {
    for (const name of [role, owner]) {
      const { rows } = await pool.query('select from pg_roles where rolname = $1', [name]);
      if (rows.length > 0) await pool.query(`drop owned by ${name}; drop role ${name}`);
    }
  });
});

function urlAs(name: string, secret: string): string {
  return Object.assign(new URL(url), { username: name, password: secret }).href;
}

test('migrate --grant-to makes the role of api and worker, which may audit and grants nothing', async () => {
  url = await freshDatabase();
  const grant = ['migrate', '--database-url', url, '--grant-to', role];
  const missing = await runCommand(grant);
  expect(missing).toMatchObject({ exitCode: 2, stdout: '' });
  expect(missing.stderr).toContain(`--grant-to: There is no role ${role}.`);

  const made = await runCommand(grant, { APP_DATABASE_PASSWORD: password });
  expect(made).toMatchObject({ exitCode: 0, stderr: '' });
  expect(made.stdout).toContain(`${role} may read and write, and change no table.`);
  const again = await runCommand([...grant, '--json']);
  expect(JSON.parse(again.stdout)).toEqual({ applied: [], grantedTo: role });

  const asApp = { DATABASE_URL: urlAs(role, password) };
  expect(await runCommand(['audit'], asApp)).toMatchObject({ exitCode: 0 });
  const own = { ...asApp, APP_DATABASE_PASSWORD: password };
  const refused = await runCommand(['migrate', '--grant-to', `${role}_2`], own);
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toContain('permission denied');
  for (const { stdout, stderr } of [made, again, refused]) {
    expect(stdout + stderr).not.toContain(password);
  }
});

test('an owner who may make no schema can grant all the same, and is told what a worker without Redis will miss', async () => {
  url = await freshDatabase();
  await withDatabase({ url }, async ({ pool }) => {
    await pool.query(`create role ${owner} login createrole password '${password}'`);
    await pool.query(`grant create on schema public to ${owner}`);
  });
  const args = ['migrate', '--database-url', urlAs(owner, password), '--grant-to', role];
  const granted = await runCommand(args, { APP_DATABASE_PASSWORD: password });
  expect(granted).toMatchObject({ exitCode: 0 });
  expect(granted.stderr).toContain('A worker without Redis will find no queue');
  const audited = await runCommand(['audit', '--database-url', urlAs(role, password)]);
  expect(audited).toMatchObject({ exitCode: 0 });
});

test('migrate --wait waits for a database that is starting', async () => {
  url = await freshDatabase();
  await using proxy = await startTcpProxy(url);
  proxy.cut();
  const command = startCommand(['migrate', '--database-url', proxy.url, '--wait', '30s']);
  const early = await Promise.race([
    command.exited,
    new Promise((resolve) => setTimeout(resolve, 2_500, 'waits')),
  ]);
  proxy.restore();
  expect(early).toBe('waits');
  expect(await command.exited).toBe(0);
  expect(command.stdout()).toMatch(/^Applied \d+ migration/);
});

test('migrate --wait does not wait for what stays wrong, and says what it is', async () => {
  url = await freshDatabase();
  const { username } = new URL(url);
  const began = performance.now();
  const wrong = urlAs(username, 'wrong');
  const { exitCode, stderr } = await runCommand([
    'migrate',
    '--database-url',
    wrong,
    '--wait',
    '1h',
  ]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('password authentication failed');
  expect(performance.now() - began).toBeLessThan(60_000);
});
