import { randomUUID } from 'node:crypto';
import { commit, commitGroup, type Database, readStandings } from '@holdfast/data';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createOf,
  eventOnSale,
  lapseHolds,
  openFresh,
  reserveBy,
  waitingCount,
} from './fixture.ts';

let database: Database;
beforeAll(async () => {
  ({ database } = await openFresh());
});
afterAll(() => database.close());

/** Commits and answers how the event stands. */
async function standingAfter(eventId: string, ...commands: Parameters<typeof commitGroup>[2]) {
  const { standing } = await commitGroup(database, eventId, commands);
  return standing;
}

/** How the event is read to stand. */
async function standingNow(eventId: string) {
  return (await readStandings(database, [eventId])).get(eventId);
}

function book(userId: string, quantity = 1) {
  return { type: 'book', bookingId: randomUUID(), userId, quantity } as const;
}

describe('a standing', () => {
  test('is that of the version which the commit has made', async () => {
    const eventId = await eventOnSale(database, { total: 5 });
    expect(await standingAfter(eventId, book('ann', 2))).toEqual({
      version: 2,
      availableSeats: 3,
      quantityPerBookingMax: 10,
      refusableForMs: Infinity,
    });
  });

  test('is that of the version which was read, where nothing had to be written', async () => {
    const eventId = await eventOnSale(database, { total: 1 });
    await commit(database, eventId, [book('ann')]);
    const standing = await standingAfter(eventId, book('bob'));
    expect(standing).toMatchObject({ version: 2, availableSeats: 0, refusableForMs: Infinity });
  });

  test('is null where there is no event', async () => {
    expect(await standingAfter(randomUUID(), book('ann'))).toBeNull();
    expect(await standingNow(randomUUID())).toBeUndefined();
  });

  test('lets no refusal rest on a draft', async () => {
    const create = createOf(randomUUID());
    expect(await standingAfter(create.eventId, create)).toMatchObject({ refusableForMs: 0 });
    expect(await standingNow(create.eventId)).toMatchObject({ refusableForMs: 0 });
  });

  test('is read as it was committed', async () => {
    const eventId = await eventOnSale(database, { total: 3 });
    expect(await standingAfter(eventId, book('ann'))).toEqual(await standingNow(eventId));
  });
});

describe('a refusal may rest on it', () => {
  const holdDurationMs = 60_000;
  const policy = { holdDurationMs, activeBookingsPerUserMax: 1 };

  test('until the hold lapses that the commit itself has made', async () => {
    const eventId = await eventOnSale(database, { policy });
    const standing = await standingAfter(eventId, reserveBy('ann'));
    expect(standing?.refusableForMs).toBe(holdDurationMs);
  });

  test('until the first of the holds lapses that were there before', async () => {
    const eventId = await eventOnSale(database, { policy });
    await commit(database, eventId, [reserveBy('ann')]);
    const soon = `update bookings set expires_at = now() + interval '30 s' where event_id = $1`;
    await database.pool.query(soon, [eventId]);
    const refusableForMs = (await standingAfter(eventId, reserveBy('bob')))?.refusableForMs ?? 0;
    expect(refusableForMs).toBeGreaterThan(0);
    expect(refusableForMs).toBeLessThanOrEqual(30_000);
    expect((await standingNow(eventId))?.refusableForMs).toBeLessThanOrEqual(refusableForMs);
  });

  test('not at all while a lapsed hold waits for the sweep', async () => {
    const eventId = await eventOnSale(database, { policy });
    await commit(database, eventId, [reserveBy('ann')]);
    await lapseHolds(database, eventId);
    expect(await standingNow(eventId)).toMatchObject({ refusableForMs: 0 });
    expect(await standingAfter(eventId, book('bob'))).toMatchObject({ refusableForMs: 0 });
  });

  test('not at all where another writer came in between, whose holds were not seen', async () => {
    const eventId = await eventOnSale(database, { total: 50, policy });
    const lock = await database.pool.connect();
    await lock.query('begin');
    await lock.query('select from events where id = $1 for update', [eventId]);
    const slow = standingAfter(eventId, book('ann'));
    await expect.poll(() => waitingCount(database)).toBe(1);
    // Version 2 belongs to somebody else, so that ann's commit becomes the third.
    await lock.query('update events set version = version + 1 where id = $1', [eventId]);
    await lock.query('commit');
    lock.release();
    expect(await slow).toMatchObject({ version: 3, availableSeats: 49, refusableForMs: 0 });
  });
});
