import { randomUUID } from 'node:crypto';
import { audit, commit, type Database } from '@holdfast/data';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Decided } from '../src/commit/group.ts';
import { eventOnSale, expectSound, give, lapseHolds, openFresh, reserveBy } from './fixture.ts';
import { loadAndDecide, removeMovedGuard, tryRecord } from './race.ts';

/** As guards.int.test.ts, for holds that are replaced, and for those that are sold after they lapsed. */

let database: Database;
beforeEach(async () => {
  ({ database } = await openFresh({ poolSizeMax: 5, readCountMax: 3 }));
});
afterEach(() => database.close());

/** The ids of the invariants that are broken. */
async function broken(): Promise<string[]> {
  const { invariants } = await audit(database, { eventId: null });
  return invariants.flatMap(({ id, violations }) => (violations.length > 0 ? [id] : []));
}

describe('a hold that is to be replaced', () => {
  /** A replacement of a hold that is sold before it is written. */
  async function staleReplacement(): Promise<Decided> {
    const eventId = await eventOnSale(database);
    const bookingId = randomUUID();
    await give(database, eventId, reserveBy('bob', { quantity: 4 }));
    await give(database, eventId, reserveBy('ann', { bookingId, quantity: 2 }));
    const replacement = reserveBy('ann', { quantity: 3, replace: true });
    const stale = await loadAndDecide(database, eventId, [replacement]);
    await give(database, eventId, { type: 'confirm', bookingId, userId: 'ann' });
    return stale;
  }

  test('is not, where it was sold meanwhile', async () => {
    expect(await tryRecord(database, await staleReplacement())).toEqual({ sqlState: 'HF001' });
    await expectSound(database);
  });

  test('is, beside the sale, without the guard on moved bookings and the index on users', async () => {
    await database.pool.query('drop index ix_bookings_user_event');
    await removeMovedGuard(database);
    expect(await tryRecord(database, await staleReplacement())).toMatchObject({ held: 5 });
    expect(await broken()).toEqual(['I2', 'I4', 'I5']);
  });
});

describe('a hold that lapsed, was swept and is paid for', () => {
  /** Two webhooks of one payment, both decided before either is written. */
  async function staleConfirms(): Promise<readonly [Decided, Decided]> {
    const eventId = await eventOnSale(database);
    const bookingId = randomUUID();
    await give(database, eventId, reserveBy('ann', { bookingId, quantity: 2 }));
    await lapseHolds(database, eventId);
    await commit(database, eventId, [{ type: 'expire', bookingCountMax: 9 }]);
    const late = { type: 'confirm', bookingId, userId: 'ann', ifLapsed: 'reacquire' } as const;
    const decided = () => loadAndDecide(database, eventId, [late]);
    return [await decided(), await decided()];
  }

  test('is sold once, though two webhooks tell of it at once', async () => {
    const [first, second] = await staleConfirms();
    expect(await tryRecord(database, first)).toMatchObject({ available: 8 });
    expect(await tryRecord(database, second)).toMatchObject({ sqlState: 'HF001' });
    await expectSound(database);
  });

  test('is sold twice without the guard on moved bookings and the index of the ledger', async () => {
    const [first, second] = await staleConfirms();
    await database.pool.query('drop index ix_ledger_booking_stage');
    await removeMovedGuard(database);
    await tryRecord(database, first);
    expect(await tryRecord(database, second)).toMatchObject({ available: 6 });
    expect(await broken()).toEqual(['I2', 'I4']);
  });

  test('is not sold, where somebody took a seat meanwhile', async () => {
    const [stale] = await staleConfirms();
    const { event } = stale.loaded.state;
    const rival = reserveBy('bob', { quantity: 9 });
    await give(database, event?.id ?? '', rival);
    expect(await tryRecord(database, stale)).toEqual({ lost: true });
    await expectSound(database);
  });
});
