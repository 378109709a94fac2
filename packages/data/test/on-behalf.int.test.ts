import { randomUUID } from 'node:crypto';
import {
  audit,
  type Database,
  findBooking,
  findBookingHistory,
  findEvent,
  openDatabase,
} from '@holdfast/data';
import type { Actor, BookingCommand } from '@holdfast/domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  answers,
  commitAs,
  eventOnSale,
  expectSound,
  give,
  lockLedger,
  openFresh,
  reserveBy,
  unlockLedger,
} from './fixture.ts';
import { replayFromDatabase } from './replay.ts';

/** Two processes, with pools of their own. */
let here: Database;
let elsewhere: Database;
beforeAll(async () => {
  const fresh = await openFresh({ poolSizeMax: 8 });
  here = fresh.database;
  elsewhere = await openDatabase({ url: fresh.url, poolSizeMax: 8 });
});
afterAll(async () => {
  await Promise.all([here.close(), elsewhere.close()]);
});

const actor: Actor = { role: 'organizer', id: 'organizer', reason: 'a guest of the band' };

/** As a client gives it: the first attempt of a new id. */
async function bookFirst(database: Database, eventId: string, by: Actor | undefined) {
  const command = { ...reserveBy('ann'), type: 'book', actor: by } as const;
  const group = { eventId, commands: [command], isFirstAttempt: true };
  const [end] = commitAs(database, [group]);
  return answers((await end)?.outcomes ?? []).join();
}

describe("what is done on a user's behalf", () => {
  test('stands in the ledger with who did it and why, and is replayed from there', async () => {
    const eventId = await eventOnSale(here);
    const admin: Actor = { role: 'admin', id: 'root', reason: 'asked by "telephone"\\ {twice}' };
    const { type, ...ids } = { ...reserveBy('ann', { quantity: 3 }), actor };
    await give(here, eventId, { ...ids, type });
    await give(here, eventId, { type: 'confirm', ...ids });
    await give(here, eventId, { type: 'cancel', ...ids, actor: admin });
    const { bookingId } = ids;
    expect(await findBooking(here, { eventId, bookingId })).toMatchObject({ cancelledBy: 'admin' });
    const changes = await findBookingHistory(here, { eventId, bookingId });
    const told = changes.map((change) => [change.type, change.quantity, change.actor]);
    expect(told).toEqual([
      ['booking_cancelled', 3, admin],
      ['booking_confirmed', 3, actor],
      ['booking_held', 3, actor],
    ]);
    const replayed = await replayFromDatabase(here, eventId);
    expect(replayed.bookings.get(bookingId)).toMatchObject({ cancelledBy: 'admin' });
    await expectSound(here);
  });

  test('may exceed what a policy allows its users, and the audit knows that it was meant', async () => {
    const eventId = await eventOnSale(here, { total: 5 });
    const found: string[] = [];
    for (const by of [undefined, undefined, actor, actor]) {
      found.push(await bookFirst(here, eventId, by));
    }
    expect(found).toEqual(['confirmed', 'bookings_over_limit', 'confirmed', 'confirmed']);
    await expectSound(here);
    // Negative control: the same bookings, had nobody acted for their user.
    await unlockLedger(here);
    await here.pool.query(`update ledger set actor = null, reason = null where event_id = $1`, [
      eventId,
    ]);
    const { invariants } = await audit(here, { eventId });
    expect(invariants.flatMap(({ id, violations }) => (violations.length > 0 ? [id] : []))).toEqual(
      ['I5'],
    );
    await here.pool.query(
      `update ledger set actor = 'organizer', reason = 'again' where event_id = $1
      and type = 'booking_confirmed'`,
      [eventId],
    );
    await lockLedger(here);
  });

  test('is told with a reason, or not at all', async () => {
    const insert = `insert into ledger (event_id, version, position, type, at, quantity, booking_id, actor, reason)
      values ($1, 1, 1, 'booking_held', now(), 1, $1, 'organizer', null)`;
    await expect(here.pool.query(insert, [randomUUID()])).rejects.toThrow('check_ledger_actor');
  });
});

describe('a user and an organizer at once, from two processes', () => {
  test('end a booking once, and its seats come back once', async () => {
    const eventId = await eventOnSale(here, { total: 20 });
    const claims = Array.from({ length: 20 }, (_, index) => reserveBy(`user ${index}`));
    for (const claim of claims) await give(here, eventId, { ...claim, type: 'book' });
    const cancels = claims.flatMap(({ bookingId, userId }): readonly BookingCommand[] => [
      { type: 'cancel', bookingId, userId },
      { type: 'cancel', bookingId, userId, actor },
    ]);
    const ends = cancels.map((cancel, index) =>
      give(index % 2 === 0 ? here : elsewhere, eventId, cancel),
    );
    expect(new Set(answers(await Promise.all(ends)))).toEqual(new Set(['cancelled']));
    expect((await findEvent(here, eventId))?.capacity.available).toBe(20);
    await expectSound(here);
  });

  test('take seats until there are none, and the user no more than the policy allows', async () => {
    const eventId = await eventOnSale(here, {
      total: 12,
      policy: { activeBookingsPerUserMax: 3 },
    });
    const claims = Array.from({ length: 40 }, (_, index) =>
      bookFirst(index % 2 === 0 ? here : elsewhere, eventId, index % 4 < 2 ? undefined : actor),
    );
    const found = await Promise.all(claims);
    expect(found.filter((answer) => answer === 'confirmed')).toHaveLength(12);
    await expectSound(here);
  });
});
