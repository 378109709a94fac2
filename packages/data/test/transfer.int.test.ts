import { randomUUID } from 'node:crypto';
import {
  audit,
  commitOrders,
  type Database,
  findBooking,
  findEvent,
  findOrder,
  listBookingsOfUser,
  openDatabase,
} from '@holdfast/data';
import type { Accept, Actor, Cancel, PlaceOrder, Transfer } from '@holdfast/domain';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Decided } from '../src/commit/group.ts';
import {
  answers,
  commitOne,
  eventOnSale,
  expectSound,
  give,
  knownTo,
  lapseHolds,
  openFresh,
  reserveBy,
  unlockLedger,
} from './fixture.ts';
import { loadAndDecide, removeMovedGuard, tryRecord } from './race.ts';
import { replayFromDatabase } from './replay.ts';

interface Sale {
  readonly bookingId: string;
  readonly offer: Transfer;
  readonly accept: Accept;
  /** By the user who offers it. */
  readonly cancel: Cancel;
}

/** A booking of ann's that is to be bob's, or of other two. */
async function sold(
  database: Database,
  eventId: string,
  { userId = 'ann', toUserId = 'bob' } = {},
): Promise<Sale> {
  const claim = { ...reserveBy(userId, { quantity: 2 }), type: 'book' } as const;
  await give(database, eventId, claim);
  const { bookingId } = claim;
  return {
    bookingId,
    offer: { type: 'transfer', bookingId, userId, toUserId },
    accept: { type: 'accept', bookingId, userId: toUserId },
    cancel: { type: 'cancel', bookingId, userId },
  };
}

async function offered(...given: Parameters<typeof sold>): Promise<Sale> {
  const sale = await sold(...given);
  await give(given[0], given[1], sale.offer);
  return sale;
}

async function idsOf(database: Database, userId: string): Promise<readonly string[]> {
  const { items } = await listBookingsOfUser(database, { userId, after: null, limit: 10 });
  return items.map(({ id }) => id);
}

describe('a booking that moves', () => {
  let here: Database;
  let elsewhere: Database;
  beforeAll(async () => {
    const fresh = await openFresh({ poolSizeMax: 8 });
    here = fresh.database;
    elsewhere = await openDatabase({ url: fresh.url, poolSizeMax: 8 });
  });
  afterAll(async () => {
    await expectSound(here);
    await Promise.all([here.close(), elsewhere.close()]);
  });

  test('is found with its new user alone, and the ledger replays it', async () => {
    const eventId = await eventOnSale(here);
    const users = { userId: randomUUID(), toUserId: randomUUID() };
    const { bookingId, accept } = await offered(here, eventId, users);
    const before = await findBooking(here, { eventId, bookingId });
    expect(before).toMatchObject({ offer: { toUserId: users.toUserId } });
    expect(await idsOf(here, users.toUserId)).toEqual([]);
    await expectSound(here);
    expect((await replayFromDatabase(here, eventId)).bookings.get(bookingId)).toEqual(
      expect.objectContaining({ offer: before?.status === 'confirmed' ? before.offer : null }),
    );
    for (let times = 0; times < 2; times += 1) {
      expect(answers([await give(here, eventId, accept)])).toEqual(['confirmed']);
    }
    expect(await idsOf(here, users.userId)).toEqual([]);
    expect(await idsOf(here, users.toUserId)).toEqual([bookingId]);
    const found = await findBooking(here, { eventId, bookingId });
    expect(found).not.toHaveProperty('offer');
    const replayed = (await replayFromDatabase(here, eventId)).bookings.get(bookingId);
    expect(found).toEqual({ ...replayed, eventId });
    expect(await findEvent(here, eventId)).toMatchObject({ capacity: { available: 8 } });
  });

  test('comes after what makes room for it: a lapsed hold, and a sale given back in its group', async () => {
    const eventId = await eventOnSale(here);
    const first = await offered(here, eventId);
    await give(here, eventId, reserveBy('bob'));
    expect(answers([await give(here, eventId, first.accept)])).toEqual(['bookings_over_limit']);
    await lapseHolds(here, eventId);
    expect(answers([await give(here, eventId, first.accept)])).toEqual(['confirmed']);
    const second = await sold(here, eventId);
    const giveBack = { ...first.cancel, userId: 'bob' };
    const group = await commitOne(here, eventId, [second.offer, giveBack, second.accept]);
    expect(answers(group)).toEqual(['confirmed', 'cancelled', 'confirmed']);
    expect(await findBooking(here, { eventId, ...second })).toMatchObject({ userId: 'bob' });
  });

  test('on its user’s behalf exceeds the limit, and the audit knows that it was meant', async () => {
    const eventId = await eventOnSale(here);
    const actor: Actor = { role: 'organizer', id: 'organizer', reason: 'bought for a friend' };
    const { offer, accept, bookingId } = await sold(here, eventId);
    await sold(here, eventId, { userId: 'bob' });
    expect(answers([await give(here, eventId, { ...offer, actor })])).toEqual(['confirmed']);
    expect(await findBooking(here, { eventId, bookingId })).toMatchObject({ userId: 'bob' });
    await expectSound(here);
    // By consent it counts again: cat has one, and may have no other.
    const back = { ...offer, userId: 'bob', toUserId: 'cat' };
    await give(here, eventId, back);
    await give(here, eventId, { ...accept, userId: 'cat' });
    await expectSound(here);
  });

  test('leaves its order, which goes on without it', async () => {
    const eventIds = [await eventOnSale(here), await eventOnSale(here)];
    const lines = eventIds.map((eventId) => ({ eventId, quantity: 1 }));
    const ids = { orderId: randomUUID(), userId: 'ann' };
    const place: PlaceOrder = { type: 'placeOrder', ...ids, as: 'confirmed', lines };
    await commitOrders(here, [place], knownTo(here));
    const offer = { type: 'transfer', bookingId: ids.orderId, userId: 'ann', toUserId: 'bob' };
    const [first = '', second = ''] = eventIds;
    await give(here, first, { ...offer, type: 'transfer' });
    await give(here, first, { type: 'accept', bookingId: ids.orderId, userId: 'bob' });
    expect(await findOrder(here, ids)).toMatchObject({
      order: { lines: [{ eventId: second }] },
      bookings: [{ eventId: second, userId: 'ann' }],
    });
    await commitOrders(here, [{ type: 'cancelOrder', ...ids }], knownTo(here));
    const key = { eventId: first, bookingId: ids.orderId };
    expect(await findBooking(here, key)).toMatchObject({ status: 'confirmed', userId: 'bob' });
    expect(await findOrder(here, ids)).toMatchObject({ bookings: [{ status: 'cancelled' }] });
  });

  test('is accepted or cancelled, never both, though two processes try at once', async () => {
    const eventId = await eventOnSale(here, { total: 40 });
    const pairs = Array.from({ length: 20 }, (_, index) => ({
      userId: `giver ${index}`,
      toUserId: `taker ${index}`,
    }));
    const sales: Sale[] = [];
    for (const pair of pairs) sales.push(await offered(here, eventId, pair));
    const ends = await Promise.all(
      sales.map(async ({ accept, cancel }, index) => {
        const [one, other] = index % 2 === 0 ? [here, elsewhere] : [elsewhere, here];
        return answers(
          await Promise.all([give(one, eventId, accept), give(other, eventId, cancel)]),
        ).join();
      }),
    );
    const possible = ['confirmed,booking_not_found', 'booking_not_found,cancelled'];
    expect(ends.filter((end) => !possible.includes(end))).toEqual([]);
    const kept = ends.filter((end) => end === possible[0]).length;
    expect(await findEvent(here, eventId)).toMatchObject({
      capacity: { available: 40 - 2 * kept },
    });
  });

  test('leaves its new user within the policy, though offers and claims of that user race', async () => {
    const policy = { activeBookingsPerUserMax: 2 };
    const eventId = await eventOnSale(here, { total: 40, policy });
    const sales: Sale[] = [];
    for (let index = 0; index < 6; index += 1) {
      sales.push(await offered(here, eventId, { userId: `giver ${index}`, toUserId: 'eve' }));
    }
    const commands = sales.flatMap(({ accept }) => [accept, reserveBy('eve')]);
    const found = answers(
      await Promise.all(
        commands.map((each, index) => give(index % 4 < 2 ? here : elsewhere, eventId, each)),
      ),
    );
    expect(found.filter((answer) => answer === 'bookings_over_limit')).toHaveLength(10);
  });
});

describe('the guard of a move', () => {
  let database: Database;
  beforeEach(async () => {
    ({ database } = await openFresh({ poolSizeMax: 5, readCountMax: 3 }));
  });
  afterEach(() => database.close());

  async function broken(): Promise<string[]> {
    const { invariants } = await audit(database, { eventId: null });
    return invariants.flatMap(({ id, violations }) => (violations.length > 0 ? [id] : []));
  }

  /** Ann gives a booking back that she saw as hers, and meanwhile bob has accepted it. */
  async function cancelAfterAccept(): Promise<Decided> {
    const eventId = await eventOnSale(database);
    const { accept, cancel } = await offered(database, eventId);
    const stale = await loadAndDecide(database, eventId, [cancel]);
    await give(database, eventId, accept);
    return stale;
  }

  /** Bob accepts what he saw as offered, and meanwhile ann has taken the offer back, or the booking. */
  async function acceptAfter(end: 'takes back' | 'cancels'): Promise<Decided> {
    const eventId = await eventOnSale(database);
    const { accept, cancel, offer } = await offered(database, eventId);
    await sold(database, eventId, { userId: 'cat' });
    const stale = await loadAndDecide(database, eventId, [accept]);
    await give(database, eventId, end === 'cancels' ? cancel : { ...offer, toUserId: null });
    return stale;
  }

  test.each([
    ['a cancel by who had it', cancelAfterAccept],
    ['an accept of what was cancelled', () => acceptAfter('cancels')],
    ['an accept of an offer that was taken back', () => acceptAfter('takes back')],
  ])('stops %s', async (_, stale) => {
    expect(await tryRecord(database, await stale())).toEqual({ sqlState: 'HF001' });
    await expectSound(database);
  });

  test('without the user, gives back what is another user’s', async () => {
    const stale = await cancelAfterAccept();
    const movedBookings = stale.group.reliance.movedBookings.map((seen) => {
      const { id, quantity, ordinal } = seen;
      return { id, quantity, ordinal, userId: 'bob', status: 'confirmed', confirmedAt: 0 } as const;
    });
    const reliance = { ...stale.group.reliance, movedBookings };
    const unguarded = { ...stale, group: { ...stale.group, reliance } };
    expect(await tryRecord(database, unguarded)).toMatchObject({ available: 10 });
    expect(await broken()).toEqual(['I4']);
  });

  test('without the offer, moves what its user had decided to keep', async () => {
    const stale = await acceptAfter('takes back');
    const movedBookings = stale.group.reliance.movedBookings.map((seen) => {
      const { id, quantity, ordinal, userId } = seen;
      return { id, quantity, ordinal, userId, status: 'confirmed', confirmedAt: 0 } as const;
    });
    const reliance = { ...stale.group.reliance, movedBookings };
    const unguarded = { ...stale, group: { ...stale.group, reliance } };
    const [seen] = stale.group.reliance.movedBookings;
    expect(await tryRecord(database, unguarded)).toMatchObject({ available: 6 });
    const key = { eventId: stale.loaded.state.event?.id ?? '', bookingId: seen?.id ?? '' };
    expect(await findBooking(database, key)).toMatchObject({ userId: 'bob' });
  });

  test('the audit counts a booking that has come by consent, had nobody acted for its user', async () => {
    const eventId = await eventOnSale(database);
    const actor: Actor = { role: 'organizer', id: 'organizer', reason: 'bought for a friend' };
    const { offer } = await sold(database, eventId);
    await sold(database, eventId, { userId: 'bob' });
    await give(database, eventId, { ...offer, actor });
    expect(await broken()).toEqual([]);
    await unlockLedger(database);
    await database.pool.query('update ledger set actor = null, reason = null');
    expect(await broken()).toEqual(['I5']);
  });

  test('taken out, moves what was cancelled', async () => {
    const stale = await acceptAfter('cancels');
    await removeMovedGuard(database);
    await tryRecord(database, stale);
    expect(await broken()).toEqual(['I4']);
  });

  test('includes the index on a user’s bookings, without which the policy is exceeded', async () => {
    const eventId = await eventOnSale(database);
    const { accept } = await offered(database, eventId);
    const stale = await loadAndDecide(database, eventId, [accept]);
    await give(database, eventId, reserveBy('bob'));
    expect(await tryRecord(database, stale)).toEqual({ sqlState: '23505' });
    await expectSound(database);
    await database.pool.query('drop index ix_bookings_user_event');
    expect(await tryRecord(database, stale)).toMatchObject({ held: 1 });
    expect(await broken()).toEqual(['I5']);
  });

  test('the audit finds an offer that the ledger does not know', async () => {
    const eventId = await eventOnSale(database);
    const { bookingId } = await sold(database, eventId);
    await database.pool.query(
      `update bookings set offered_to = 'eve', offer_expires_at = now() where id = $1`,
      [bookingId],
    );
    expect(await broken()).toEqual(['I4']);
  });
});
