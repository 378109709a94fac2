import { commit, type Database, migrate, openDatabase, readSchemaFaults } from '@holdfast/data';
import { freshDatabase } from '@holdfast/testing';
import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { fillTables } from '../src/growth/fill-tables.ts';
import { judge } from '../src/judge.ts';
import { openEvents } from '../src/load/events.ts';
import { holdfast } from '../src/ways/holdfast.ts';
import { oneUpdate } from '../src/ways/one-update.ts';
import { openSkipLocked, skipLocked } from '../src/ways/skip-locked.ts';

let database: Database;
beforeAll(async () => {
  database = await openDatabase({ url: await freshDatabase() });
  await migrate(database);
});
afterAll(() => database.close());

async function openEvent(seatCount: number): Promise<string> {
  const [eventId = ''] = await openEvents(database, { count: 1, seatCount });
  return eventId;
}

async function book(eventId: string): Promise<string> {
  const bookingId = v7();
  await commit(database, eventId, [{ type: 'book', bookingId, userId: v7(), quantity: 1 }]);
  return bookingId;
}

/** A booking that no counter knows of, as a lost update leaves it. */
async function bookBehindTheCounter(eventId: string): Promise<string> {
  const bookingId = v7();
  await database.pool.query(
    `insert into bookings
       (event_id, id, user_id, ordinal, seat_count, status, expires_at, changed_at, created_at)
     values ($1, $2, $3, 1, 1, 'confirmed', null, now(), now())`,
    [eventId, bookingId, v7()],
  );
  return bookingId;
}

test('what was booked through commit is safe', async () => {
  const eventId = await openEvent(2);
  const acknowledgedIds = [await book(eventId), await book(eventId)];
  const judgement = await judge(database, holdfast, { eventIds: [eventId], acknowledgedIds });
  expect(judgement).toEqual({ oversold: 0, lost: 0, broken: [], isSafe: true });
});

test('a seat too many is oversold', async () => {
  const eventId = await openEvent(1);
  const acknowledgedIds = [await book(eventId), await bookBehindTheCounter(eventId)];
  const judgement = await judge(database, oneUpdate, { eventIds: [eventId], acknowledgedIds });
  expect(judgement).toMatchObject({ oversold: 1, lost: 0, broken: ['I2'], isSafe: false });
});

test('a lost update is found while there are seats left, too', async () => {
  const eventId = await openEvent(10);
  await bookBehindTheCounter(eventId);
  const judgement = await judge(database, oneUpdate, { eventIds: [eventId], acknowledgedIds: [] });
  expect(judgement).toMatchObject({ oversold: 0, broken: ['I2'], isSafe: false });
});

test('a booking that was acknowledged and is not there is lost', async () => {
  const eventId = await openEvent(1);
  const acknowledgedIds = [await book(eventId), v7()];
  const judgement = await judge(database, holdfast, { eventIds: [eventId], acknowledgedIds });
  expect(judgement).toMatchObject({ lost: 1, broken: [], isSafe: false });
});

test('an order that was acknowledged is lost in part where one of its bookings is not there', async () => {
  const eventIds = [await openEvent(1), await openEvent(1)];
  const [first = ''] = eventIds;
  const evidence = { eventIds, acknowledgedIds: [await book(first)] };
  expect(await judge(database, holdfast, { ...evidence, bookingCount: 1 })).toMatchObject({
    lost: 0,
  });
  const judgement = await judge(database, holdfast, { ...evidence, bookingCount: 2 });
  expect(judgement).toMatchObject({ lost: 1, isSafe: false });
});

test('only Holdfast is held to its ledger', async () => {
  const eventId = await openEvent(1);
  await bookBehindTheCounter(eventId);
  await database.pool.query('update events set available_seats = 0 where id = $1', [eventId]);
  const evidence = { eventIds: [eventId], acknowledgedIds: [] };
  expect((await judge(database, oneUpdate, evidence)).isSafe).toBe(true);
  expect((await judge(database, holdfast, evidence)).broken).toEqual(['I3', 'I4', 'I6']);
});

test('tables that were filled keep every promise, and sell on', async () => {
  const databaseUrl = await freshDatabase();
  const filled = await openDatabase({ url: databaseUrl });
  onTestFinished(() => filled.close());
  await migrate(filled);
  await fillTables(
    { database: filled, databaseUrl },
    { eventCount: 4, bookingsEach: 60 },
    () => {},
  );
  const { rows } = await filled.pool.query('select count(*)::int as count from bookings');
  expect(rows).toEqual([{ count: 240 }]);
  expect(await readSchemaFaults(filled)).toEqual([]);
  const { rows: events } = await filled.pool.query<{ id: string }>('select id from events');
  const evidence = { eventIds: events.map(({ id }) => id), acknowledgedIds: [] };
  expect(await judge(filled, holdfast, evidence)).toMatchObject({ oversold: 0, broken: [] });
  // The audit sees what a copy that forgot something would leave.
  await filled.pool.query('update bookings set seat_count = 2 where user_id like $1', [
    'grown-7-%',
  ]);
  expect((await judge(filled, holdfast, evidence)).broken).toContain('I2');
});

test('copied events keep every promise', async () => {
  const eventIds = await openEvents(database, { count: 3, seatCount: 5 });
  for (const eventId of eventIds) {
    const acknowledgedIds = [await book(eventId)];
    const judgement = await judge(database, holdfast, { eventIds: [eventId], acknowledgedIds });
    expect(judgement.isSafe).toBe(true);
  }
});

test('a row a unit is sold once each, and judged by its units', async () => {
  const booker = openSkipLocked(database);
  const eventId = await openEvent(5);
  await booker.prepare?.();
  const claims = Array.from({ length: 20 }, () => v7()).map((bookingId) => ({
    eventId,
    bookingId,
    userId: v7(),
    quantity: 1,
  }));
  const answers = await Promise.all(claims.map((claim) => booker.book(claim)));
  const sold = answers.filter(({ status }) => status === 'confirmed').length;
  expect(sold).toBe(5);
  const evidence = { eventIds: [eventId], acknowledgedIds: [] };
  expect(await judge(database, skipLocked, evidence)).toMatchObject({ oversold: 0, isSafe: true });
  // A booking without a unit, as a way leaves it that forgets to take one.
  await bookBehindTheCounter(eventId);
  expect(await judge(database, skipLocked, evidence)).toMatchObject({
    oversold: 1,
    broken: ['units'],
    isSafe: false,
  });
});
