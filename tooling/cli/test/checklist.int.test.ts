import { randomUUID } from 'node:crypto';
import { commit, type Database, openDatabase } from '@holdfast/data';
import { eventOnSale, freshTables } from '@holdfast/fixtures';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { overbookingPoint } from '../src/checklist/crowd.ts';
import { pointOfPlans } from '../src/checklist/indexes.ts';

/** To fill the tables takes longer than a booking may. */
const patience = { statementTimeoutMs: 30_000, replyTimeoutMs: 30_000 };

let url: string;
let database: Database;
beforeAll(async () => {
  url = await freshTables();
  database = await openDatabase({ url, ...patience });
});
afterAll(() => database.close());

const nobody = { reports: [], measured: [] };

test('overbookings are counted in the database itself: one seat too many is seen', async () => {
  const eventId = await eventOnSale(database, { total: 1, date: 1 });
  await commit(database, eventId, [
    { type: 'book', bookingId: randomUUID(), userId: 'ann', quantity: 1 },
  ]);
  expect(await overbookingPoint({ databaseUrl: url }, nobody)).toMatchObject({ passed: true });

  await database.pool.query('update bookings set seat_count = 2');
  const point = await overbookingPoint({ databaseUrl: url }, nobody);
  expect(point).toMatchObject({
    passed: false,
    figure: expect.stringContaining('1 of 1 events overbooked'),
  });
  await database.pool.query('truncate events, bookings, outbox');
});

test('every list is read by its index, and one that is missing is named', async () => {
  expect(await pointOfPlans(database)).toMatchObject({ passed: true });
  await database.commitPool.query('truncate events, bookings; drop index ix_events_available_date');
  expect(await pointOfPlans(database)).toMatchObject({
    passed: false,
    figure: expect.stringContaining('not used: ix_events_available_date'),
  });
});
