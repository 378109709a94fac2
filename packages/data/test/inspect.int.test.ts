import {
  type Database,
  explainStatements,
  grantTo,
  migrate,
  openDatabase,
  readSchemaFaults,
} from '@holdfast/data';
import { freshDatabase } from '@holdfast/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openFresh } from './fixture.ts';

let database: Database;
let url: string;
beforeAll(async () => {
  ({ database, url } = await openFresh());
});
afterAll(() => database.close());

const run = (sql: string) => database.commitPool.query(sql);

/** What is found once this is broken. Each is healed by its own fix, so that the next one begins healthy. */
async function foundAfter(sql: string) {
  await run(sql);
  const faults = await readSchemaFaults(database);
  const explained = await explainStatements(database).catch(() => []);
  for (const { fix } of faults) await run(fix);
  expect(await readSchemaFaults(database)).toEqual([]);
  return { faults, explained };
}

test('what the migrations make has no fault, and every statement finds its rows by an index', async () => {
  expect(await readSchemaFaults(database)).toEqual([]);
  const explained = await explainStatements(database);
  expect(explained.length).toBeGreaterThan(20);
  expect(explained.filter(({ tablesReadWhole }) => tablesReadWhole.length > 0)).toEqual([]);
  expect(explained.filter(({ isSorted }) => isSorted)).toEqual([]);
});

test('the role of api and worker sees the same', async () => {
  const role = { name: `app_${Date.now()}`, password: 'a long password of a test' };
  await grantTo(database, role);
  const ofRole = new URL(url);
  [ofRole.username, ofRole.password] = [role.name, role.password];
  const asRole = await openDatabase({ url: ofRole.href });
  try {
    expect(await readSchemaFaults(asRole)).toEqual([]);
    expect(await explainStatements(asRole)).toEqual(await explainStatements(database));
  } finally {
    await asRole.close();
    await database.pool.query(`drop owned by ${role.name}; drop role ${role.name}`);
  }
});

test('tables that were never made, and a migration that was not run, are told by name', async () => {
  const fresh = await openDatabase({ url: await freshDatabase() });
  expect((await readSchemaFaults(fresh))[0]).toMatchObject({ kind: 'migration', state: 'missing' });
  await migrate(fresh);
  await fresh.pool.query(`delete from holdfast_migrations where name = 'Migration20261126161000'`);
  expect(await readSchemaFaults(fresh)).toEqual([
    {
      kind: 'migration',
      name: 'Migration20261126161000',
      state: 'missing',
      isGuard: true,
      fix: 'pnpm holdfast migrate',
    },
  ]);
  await fresh.close();
});

describe('each thing that is broken is found, and its fix heals it', () => {
  test.each([
    // The CHECK of archived events goes with it.
    ['events.version, check_event_archived', 'missing', 'alter table events drop column version'],
    ['events.held_seats', 'different', 'alter table events alter held_seats drop not null'],
    ['events.title', 'different', 'alter table events alter title type varchar(9)'],
    ['check_seats_positive', 'missing', 'alter table events drop constraint check_seats_positive'],
    [
      'check_seats_valid',
      'different',
      `alter table events drop constraint check_seats_valid,
       add constraint check_seats_valid check (available_seats <= seat_count + 100)`,
    ],
    [
      'check_seats_valid',
      'different',
      `alter table events drop constraint check_seats_valid,
       add constraint check_seats_valid check (available_seats <= seat_count) not valid`,
    ],
    ['bookings_pkey', 'missing', 'alter table bookings drop constraint bookings_pkey'],
    ['ix_bookings_user_event', 'missing', 'drop index ix_bookings_user_event'],
    [
      'ix_bookings_user_event',
      'different',
      `drop index ix_bookings_user_event;
       create index ix_bookings_user_event on bookings (user_id, event_id, ordinal)`,
    ],
    ['ix_ledger_booking_stage', 'missing', 'drop index ix_ledger_booking_stage'],
    ['ledger_is_append_only', 'missing', 'alter table ledger disable trigger all'],
    ['ledger_is_append_only', 'missing', 'drop function holdfast_ledger_is_append_only cascade'],
    [
      'holdfast_require',
      'missing',
      `create or replace function holdfast_require(holds boolean) returns boolean
       language sql as 'select true'`,
    ],
    ['holdfast_remove_outbox', 'missing', 'drop function holdfast_remove_outbox'],
    [
      'holdfast_remove_archived',
      'missing',
      `create or replace function holdfast_remove_archived(uuid, int) returns bigint language sql security definer
       set search_path = public, pg_temp as 'delete from ledger returning 0::bigint'`,
    ],
    [
      'holdfast_discard_archive',
      'missing',
      'alter function holdfast_discard_archive reset search_path',
    ],
  ])('%s is %s', async (name, state, sql) => {
    const { faults } = await foundAfter(sql);
    expect(faults.map((fault) => fault.name).join(', ')).toBe(name);
    for (const fault of faults) expect(fault).toMatchObject({ state, isGuard: true });
  });

  test.each([
    ['ix_events_date', ['events_on_sale']],
    ['ix_bookings_user_id', ['bookings_of_user']],
    ['ix_bookings_event_id', ['bookings_of_event', 'bookings_of_event_and_status']],
    // The index of all events by date has the same order, with more to pass by.
    ['ix_events_available_date', []],
    ['ix_events_organizer_date', []],
    ['ix_outbox_pending', []],
  ])('%s is missing, and is sorted for: %j', async (index, sorted) => {
    const { faults, explained } = await foundAfter(`drop index ${index}`);
    expect(faults).toEqual([expect.objectContaining({ name: index, isGuard: false })]);
    expect(explained.filter(({ isSorted }) => isSorted).map(({ name }) => name)).toEqual(sorted);
  });

  test('an index that was never finished is not one', async () => {
    const { faults } = await foundAfter(
      `update pg_index set indisvalid = false where indexrelid = 'ix_bookings_user_id'::regclass`,
    );
    expect(faults).toMatchObject([{ name: 'ix_bookings_user_id', state: 'invalid' }]);
  });

  test('a statement that would read a table whole is named, however small the table is', async () => {
    const { explained } = await foundAfter(
      'drop index ix_bookings_event_expires_at, ix_bookings_user_event',
    );
    const whole = explained.filter(({ tablesReadWhole }) => tablesReadWhole.includes('bookings'));
    expect(whole.map(({ name }) => name)).toContain('worker_lag');
  });
});

test('a table that is gone is told once', async () => {
  await run('drop table outbox');
  expect(await readSchemaFaults(database)).toMatchObject([{ kind: 'table', name: 'outbox' }]);
});
