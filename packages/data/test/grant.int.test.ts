import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { audit, type Database, grantTo, migrate, openDatabase, relayOutbox } from '@holdfast/data';
import { prepareJobsSchema } from '@holdfast/data/jobs-schema';
import { freshDatabase } from '@holdfast/testing';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { eventOnSale, give, openFresh, reserveBy } from './fixture.ts';

const password = 'letters-and-9';
const roles: string[] = [];
let owner: Database;
let ownerUrl: string;
let app: Database;
let appName: string;

/** A name of a role of this file's own, which goes away with it. */
function newRole(): string {
  const name = `app_${randomUUID().replaceAll('-', '')}`;
  roles.push(name);
  return name;
}

function urlFor(url: string, role: string): string {
  const changed = new URL(url);
  changed.username = role;
  changed.password = password;
  return changed.href;
}

async function openAs(url: string, role: string): Promise<Database> {
  const database = await openDatabase({ url: urlFor(url, role) });
  onTestFinished(() => database.close());
  return database;
}

beforeAll(async () => {
  ({ database: owner, url: ownerUrl } = await openFresh());
  await prepareJobsSchemaOf(owner);
  appName = newRole();
  await grantTo(owner, { name: appName, password });
  app = await openDatabase({ url: urlFor(ownerUrl, appName) });
});
afterAll(async () => {
  await app.close();
  for (const role of roles) {
    const { rows } = await owner.pool.query('select from pg_roles where rolname = $1', [role]);
    if (rows.length === 0) continue;
    await owner.pool.query(`drop owned by ${role}`);
    await owner.pool.query(`drop role ${role}`);
  }
  await owner.close();
});

async function prepareJobsSchemaOf({ commitPool }: Database): Promise<void> {
  const client = await commitPool.connect();
  await prepareJobsSchema(client);
  client.release();
}

/** The rights that a role was given, by table; a right to some columns with their names. */
async function rightsOf(role: string, schema = 'public'): Promise<Record<string, string[]>> {
  const { rows } = await owner.pool.query<{ name: string; rights: string[] }>(
    `select name, array_agg(distinct privilege order by privilege) as rights from (
       select table_name as name, lower(privilege_type) as privilege
       from information_schema.table_privileges where grantee = $1 and table_schema = $2
       union all
       select c.relname, lower(x.privilege_type) || ' of ' || a.attname
       from pg_attribute a join pg_class c on c.oid = a.attrelid, aclexplode(a.attacl) x
       where x.grantee = (select oid from pg_roles where rolname = $1)
         and c.relnamespace = to_regnamespace($2)
     ) granted group by name`,
    [role, schema],
  );
  return Object.fromEntries(rows.map(({ name, rights }) => [name, rights]));
}

const readAndWrite = ['insert', 'select', 'update'];

/** The rights by table that docs/operations.md lists, as `rightsOf` spells them. */
async function documentedRights(): Promise<Record<string, string[]>> {
  const text = await readFile(new URL('../../../docs/operations.md', import.meta.url), 'utf8');
  const [, list = ''] = text.split('### What the role may do');
  const rows = list.matchAll(/^\| ((?:`[a-z_]+`(?:, )?)+) \| ([^|]+) \|$/gm);
  return Object.fromEntries(
    Array.from(rows).flatMap(([, tables = '', rights = '']) =>
      Array.from(tables.matchAll(/[a-z_]+/g), ([table]) => [
        table,
        rights.toLowerCase().replaceAll('`', '').split(', ').toSorted(),
      ]),
    ),
  );
}

test('the role gets what docs/operations.md lists for each table, and no more', async () => {
  expect(await rightsOf(appName)).toEqual(await documentedRights());
  expect(await rightsOf(appName)).toMatchObject({
    events: readAndWrite,
    bookings: readAndWrite,
    ledger: ['insert', 'select'],
    outbox: ['insert', 'select', 'update of delivered_at'],
    holdfast_migrations: ['select'],
  });
});

test('with these rights a booking is made, relayed, heard of and audited', async () => {
  const eventId = await eventOnSale(app);
  expect(await give(app, eventId, reserveBy('ann'))).toMatchObject({ status: 'accepted' });
  const told = await relayOutbox(app, { changeCountMax: 1_000, deliver: async () => {} });
  expect(told?.changes.length).toBeGreaterThan(0);
  await app.pool.query('listen holdfast_test');
  expect((await audit(app, { eventId: null })).violationCount).toBe(0);
});

describe('the role is refused', () => {
  test.each([
    'create table mine (id int)',
    'create index on bookings (status)',
    'create function mine() returns int language sql as $$ select 1 $$',
    'create schema mine',
    'create role mine',
    'create extension pg_trgm',
    'create table holdfast_jobs.mine (id int)',
    'alter table events add mine int',
    'alter table ledger disable trigger ledger_is_append_only',
    'drop trigger ledger_is_append_only on ledger',
    'alter function holdfast_require(boolean) rename to mine',
    'drop table bookings',
    'truncate bookings',
    'delete from bookings',
    'delete from events',
    "update ledger set type = 'mine'",
    'delete from ledger',
    'truncate ledger',
    'update outbox set version = 0',
    'delete from outbox',
    'delete from holdfast_migrations',
    'select * from pg_authid',
    "copy (select 1) to program 'true'",
    `set session_replication_role = 'replica'`,
  ])('%s', async (sql) => {
    await expect(app.pool.query(sql)).rejects.toThrow(/permission denied|must be owner/);
  });

  test('and its owner is not: it is the role that is refused, not the statement', async () => {
    const client = await owner.pool.connect();
    await client.query('begin');
    await client.query('alter table ledger disable trigger ledger_is_append_only');
    await client.query('delete from ledger');
    await client.query('rollback');
    client.release();
  });
});

describe('granting again', () => {
  test('changes nothing, at the same time as well', async () => {
    const before = await rightsOf(appName);
    const again = () => grantTo(owner, { name: appName, password: null });
    await Promise.all([again(), again(), again()]);
    expect(await rightsOf(appName)).toEqual(before);
  });

  test('covers a table that came later, with its sequence, and not what others made', async () => {
    const stranger = newRole();
    await owner.pool.query(`create role ${stranger}`);
    await owner.pool.query('create table later (id serial, note text)');
    await owner.pool.query('create table theirs (id int)');
    await owner.pool.query(`alter table theirs owner to ${stranger}`);
    await grantTo(owner, { name: appName, password: null });
    expect((await rightsOf(appName))['later']).toEqual(['delete', ...readAndWrite]);
    expect((await rightsOf(appName))['theirs']).toBeUndefined();
    await app.pool.query("insert into later (note) values ('a')");
  });

  test('leaves a ledger that can only be added to, by rights alone, where there can be no trigger', async () => {
    const { database: bare, url } = await openFresh();
    onTestFinished(() => bare.close());
    await bare.pool.query('drop trigger ledger_is_append_only on ledger');
    const role = newRole();
    await grantTo(bare, { name: role, password });
    const limited = await openAs(url, role);
    expect(await give(limited, await eventOnSale(limited), reserveBy('ann'))).toMatchObject({
      status: 'accepted',
    });
    const overwrites = `insert into ledger select * from ledger
      on conflict (event_id, version, position) do update set quantity = 0`;
    for (const change of [
      'update ledger set quantity = 0',
      'delete from ledger',
      'truncate ledger',
      overwrites,
    ]) {
      await expect(limited.pool.query(change)).rejects.toMatchObject({ code: '42501' });
    }
    // The owner can, and the audit finds it.
    await bare.pool.query('update ledger set quantity = quantity + 1 where version = 2');
    const { invariants } = await audit(bare, { eventId: null });
    const broken = invariants.filter(({ violations }) => violations.length > 0);
    expect(broken.map(({ id }) => id)).toEqual(['I3', 'I4']);
    await bare.pool.query(`drop owned by ${role}`);
  });

  test('reaches no part of the ledger around the ledger', async () => {
    const { database: parted, url } = await openFresh();
    onTestFinished(() => parted.close());
    const role = newRole();
    await parted.pool.query(`
      create table partitioned (like ledger including all) partition by hash (event_id);
      create table ledger_0 partition of partitioned for values with (modulus 1, remainder 0);
      drop table ledger; alter table partitioned rename to ledger`);
    await grantTo(parted, { name: role, password });
    const limited = await openAs(url, role);
    await limited.pool.query('select from ledger');
    await expect(limited.pool.query('delete from ledger_0')).rejects.toThrow('permission denied');
    await expect(limited.pool.query('delete from ledger')).rejects.toThrow('permission denied');
    await parted.pool.query(`drop owned by ${role}`);
  });

  test('takes away what is not needed any more', async () => {
    await owner.pool.query(`grant update, delete on ledger to ${appName}`);
    await grantTo(owner, { name: appName, password: null });
    expect((await rightsOf(appName))['ledger']).toEqual(['insert', 'select']);
  });

  test('sets another password', async () => {
    const name = newRole();
    await grantTo(owner, { name, password: `old-${password}` });
    await expect((await openAs(ownerUrl, name)).pool.query('select 1')).rejects.toThrow('password');
    await grantTo(owner, { name, password });
    await (await openAs(ownerUrl, name)).ping();
  });
});

describe('nothing is granted', () => {
  test('to a role that is not there, and has no password to be made with', async () => {
    const granting = grantTo(owner, { name: 'nobody_here', password: null });
    await expect(granting).rejects.toThrow('There is no role nobody_here.');
  });

  test('to whom grants mean nothing: a superuser, or who owns the tables', async () => {
    const superuser = newRole();
    await owner.pool.query(`create role ${superuser} superuser`);
    const granting = (name: string) => grantTo(owner, { name, password: null });
    await expect(granting(superuser)).rejects.toThrow('is a superuser.');
    const { database, url, name } = await openOwned();
    await expect(grantTo(database, { name, password: null })).rejects.toThrow('owns the tables.');
    await dropOwned(url, name);
  });
});

test('an owner that is no superuser can grant, and is told where everybody may make tables', async () => {
  const { database, url, name } = await openOwned();
  const role = newRole();
  await prepareJobsSchemaOf(database);
  expect(await grantTo(database, { name: role, password })).toEqual({ mayCreateTables: false });
  await (await openAs(url, role)).pool.query('select from events');
  await database.pool.query('grant create on schema public to public');
  expect(await grantTo(database, { name: role, password })).toEqual({ mayCreateTables: true });
  await dropOwned(url, name, role);
});

/** A migrated database of an owner that may make roles, and is no superuser. */
async function openOwned() {
  const url = await freshDatabase();
  const name = newRole();
  await owner.pool.query(`create role ${name} login createrole password '${password}'`);
  await owner.pool.query(`alter database ${new URL(url).pathname.slice(1)} owner to ${name}`);
  const database = await openAs(url, name);
  await migrate(database);
  return { database, url, name };
}

/** What roles own goes away in the database where it is. */
async function dropOwned(url: string, ...names: string[]): Promise<void> {
  const there = await openDatabase({
    url: Object.assign(new URL(ownerUrl), { pathname: new URL(url).pathname }).href,
  });
  for (const name of names.toReversed()) await there.pool.query(`drop owned by ${name}`);
  await there.close();
  await owner.pool.query(`alter database ${new URL(url).pathname.slice(1)} owner to current_user`);
}
