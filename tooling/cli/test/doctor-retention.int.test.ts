import { randomUUID } from 'node:crypto';
import { commit, type Database, migrate, openDatabase } from '@holdfast/data';
import { freshDatabase } from '@holdfast/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkRetention } from '../src/doctor/retention.ts';

const organizerId = 'organizer';
const policy = {
  quantityPerBookingMax: 10,
  activeBookingsPerUserMax: 1,
  holdDurationMs: 600_000,
  holdPauseMs: 0,
  cancelDeadlineMs: null,
  holdExtensionMaxMs: 0,
  extendsWhenSoldOut: true,
};

let database: Database;
let eventId: string;

beforeAll(async () => {
  database = await openDatabase({ url: await freshDatabase() });
  await migrate(database);
  eventId = randomUUID();
  await commit(database, eventId, [
    {
      type: 'create',
      eventId,
      organizerId,
      title: 'A concert',
      date: Date.UTC(2035, 0, 1),
      total: 10,
      saleWindow: { opensAt: null, closesAt: null },
      policy,
    },
  ]);
});
afterAll(() => database.close());

/** From so many on it tells. In use that is a hundred thousand. */
const noted = 50;

const run = (sql: string) => database.pool.query(sql, [eventId]);

/** What it finds, as its severity and how its fix begins. */
async function findings(): Promise<readonly string[]> {
  const patient = { redisUrl: null, redisPrefix: '', poolSize: null, now: Date.now };
  const { findings: found } = await checkRetention(noted).look({ database, ...patient });
  return found.map(({ severity, fix }) => `${severity}: ${fix.split(' ', 2).join(' ')}`);
}

const outboxRows = (from: number, to: number) => `
  insert into outbox (event_id, version, at, status, seat_count, available_seats, held_seats, delivered_at)
  select $1::uuid, n, now() - interval '31 days', 'draft', 10, 10, 0, now() from generate_series(${from}, ${to}) n`;

const bookings = (count: number) => `
  insert into bookings (event_id, id, user_id, ordinal, seat_count, status, changed_at, created_at)
  select $1::uuid, gen_random_uuid(), n, 1, 1, 'cancelled', now(), now() from generate_series(1, ${count}) n`;

test('an outbox is told of when it has so many rows that are a month old, and not before', async () => {
  expect(await findings()).toEqual([]);
  await run(outboxRows(2, noted));
  expect(await findings()).toEqual([]);
  await run(outboxRows(noted + 1, noted + 1));
  expect(await findings()).toEqual(['note: Set RETENTION_OUTBOX_HOURS']);
  await run('delete from outbox where event_id = $1 and version > 1');
});

test('bookings are told of when so many are of events long over, unless these are archived', async () => {
  await run(bookings(noted));
  expect(await findings()).toEqual([]);
  await run(`update events set date = now() - interval '401 days' where id = $1`);
  expect(await findings()).toEqual(['note: Set RETENTION_EVENT_DAYS']);
  await run('update events set archived_version = version where id = $1');
  expect(await findings()).toEqual([]);
});

test('an archive that was begun more than an hour ago, and is not finished, is a warning', async () => {
  await run(
    `insert into removals (event_id, archived_at) values ($1, now() - interval '59 minutes')`,
  );
  expect(await findings()).toEqual([]);
  await run(
    `update removals set archived_at = archived_at - interval '2 minutes' where event_id = $1`,
  );
  expect(await findings()).toEqual(['warning: See why']);
});
