import { randomUUID } from 'node:crypto';
import { audit, commit, type Database, findEvent } from '@holdfast/data';
import { type Command, decideGroup } from '@holdfast/domain';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Decided } from '../src/commit/group.ts';
import { record } from '../src/record/record.ts';
import { eventOnSale, expectSound, give, openFresh, reserveBy, waitingCount } from './fixture.ts';
import { loadAndDecide, removeMovedGuard, tryRecord } from './race.ts';

/**
 * For each guard: a commit that was decided upon what is no longer so is stopped by it; and with
 * the guard taken out, the same commit does the harm that the guard is there to prevent.
 */

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

/** A decision that takes the last seats, made before somebody else took them. */
async function staleTaking(): Promise<Decided> {
  const eventId = await eventOnSale(database, { total: 2 });
  const stale = await loadAndDecide(database, eventId, [reserveBy('ann', { quantity: 2 })]);
  await give(database, eventId, reserveBy('bob', { quantity: 1 }));
  return stale;
}

function withoutSeatsGuard(decided: Decided): Decided {
  const reliance = { ...decided.group.reliance, seatsAvailableMin: 0 };
  return { ...decided, group: { ...decided.group, reliance } };
}

describe('the seats guard', () => {
  test('stops seats that somebody else took meanwhile', async () => {
    expect(await tryRecord(database, await staleTaking())).toEqual({ lost: true });
    await expectSound(database);
  });

  test('taken out, leaves it to the CHECK constraint', async () => {
    const unguarded = withoutSeatsGuard(await staleTaking());
    expect(await tryRecord(database, unguarded)).toEqual({ sqlState: '23514' });
    await expectSound(database);
  });

  test('taken out together with the CHECK constraints, oversells', async () => {
    await database.pool.query(`alter table events drop constraint check_seats_positive`);
    const unguarded = withoutSeatsGuard(await staleTaking());
    expect(await tryRecord(database, unguarded)).toMatchObject({ available: -1 });
    expect(await broken()).toEqual(['I1']);
  });
});

describe('the guard on seats that come back', () => {
  /** Bob is refused because of ann, in the same group; meanwhile eve gives her seat back. */
  async function staleRefusal(): Promise<Decided> {
    const eventId = await eventOnSale(database, { total: 2 });
    const ofEve = reserveBy('eve');
    await give(database, eventId, ofEve);
    const stale = await loadAndDecide(database, eventId, [reserveBy('ann'), reserveBy('bob')]);
    expect(stale.group.decisions[1]).toEqual({ status: 'refused', reason: 'sold_out' });
    await give(database, eventId, { type: 'cancel', bookingId: ofEve.bookingId, userId: 'eve' });
    return stale;
  }

  test('stops a refusal for want of a seat that is there by now', async () => {
    expect(await tryRecord(database, await staleRefusal())).toEqual({ lost: true });
  });

  test('taken out, refuses somebody while a seat is left', async () => {
    const stale = await staleRefusal();
    const reliance = { ...stale.group.reliance, seatsAvailableMax: null };
    const unguarded = { ...stale, group: { ...stale.group, reliance } };
    expect(await tryRecord(database, unguarded)).toMatchObject({ available: 1 });
  });
});

describe('the rules guard', () => {
  async function staleSale(): Promise<Decided> {
    const eventId = await eventOnSale(database);
    const stale = await loadAndDecide(database, eventId, [reserveBy('ann')]);
    const close: Command = { type: 'close', organizerId: 'organizer', as: 'closed' };
    expect(
      await tryRecord(database, await loadAndDecide(database, eventId, [close])),
    ).toMatchObject({ version: 2 });
    return stale;
  }

  test('stops a sale that was decided before the event was closed', async () => {
    expect(await tryRecord(database, await staleSale())).toEqual({ lost: true });
  });

  test('taken out, sells seats of a closed event', async () => {
    const stale = await staleSale();
    const { event } = stale.loaded.state;
    if (event === null) throw new Error('The event is there.');
    const seen = { ...event, rules: { ...event.rules, status: 'closed' as const } };
    const blind = { ...stale.loaded, state: { ...stale.loaded.state, event: seen } };
    expect(await tryRecord(database, { ...stale, loaded: blind })).toMatchObject({ held: 1 });
    expect(await findEvent(database, event.id)).toMatchObject({ rules: { status: 'closed' } });
  });
});

describe('the guard on the date', () => {
  const dayMs = 24 * 60 * 60 * 1_000;

  /** Ann gives a sale back in time, and meanwhile the event is moved to an earlier day. */
  async function staleReturn(): Promise<{ stale: Decided; earlier: number }> {
    const date = Date.now() + 30 * dayMs;
    const eventId = await eventOnSale(database, { date, policy: { cancelDeadlineMs: 10 * dayMs } });
    const claim = reserveBy('ann');
    await give(database, eventId, { ...claim, type: 'book' });
    const { bookingId, userId } = claim;
    const stale = await loadAndDecide(database, eventId, [{ type: 'cancel', bookingId, userId }]);
    const earlier = date - 25 * dayMs;
    const nothingElse = { title: null, saleWindow: null, policy: null };
    await commit(database, eventId, [
      { type: 'update', organizerId: 'organizer', date: earlier, ...nothingElse },
    ]);
    return { stale, earlier };
  }

  test('stops a return whose deadline has passed since then', async () => {
    const { stale } = await staleReturn();
    expect(await tryRecord(database, stale)).toEqual({ lost: true });
  });

  test('taken out, takes back a sale after its deadline', async () => {
    const { stale, earlier } = await staleReturn();
    const { event } = stale.loaded.state;
    if (event === null) throw new Error('The event is there.');
    const blind = { ...stale.loaded.state, event: { ...event, date: earlier } };
    const unguarded = { ...stale, loaded: { ...stale.loaded, state: blind } };
    expect(await tryRecord(database, unguarded)).toMatchObject({ available: 10 });
  });
});

describe('the rules guard, when the event is called off', () => {
  /** A confirm that was decided before, and is written after. */
  async function staleConfirm(): Promise<Decided> {
    const eventId = await eventOnSale(database);
    const { bookingId } = await heldBy('ann', eventId);
    const confirm: Command = { type: 'confirm', bookingId, userId: 'ann' };
    const stale = await loadAndDecide(database, eventId, [confirm]);
    const callOff: Command = { type: 'close', organizerId: 'organizer', as: 'cancelled' };
    await tryRecord(database, await loadAndDecide(database, eventId, [callOff]));
    return stale;
  }

  async function heldBy(userId: string, eventId: string) {
    const reserve = reserveBy(userId);
    await give(database, eventId, reserve);
    return reserve;
  }

  test('stops a confirm that was on its way: nobody is told that it was confirmed', async () => {
    const stale = await staleConfirm();
    expect(await tryRecord(database, stale)).toEqual({ lost: true });
    const { event } = stale.loaded.state;
    const [confirm] = await loadAgain(stale);
    expect(confirm).toEqual({ status: 'refused', reason: 'event_cancelled' });
    expect(await findEvent(database, event?.id ?? '')).toMatchObject({ capacity: { held: 1 } });
  });

  async function loadAgain({ loaded: { state } }: Decided) {
    const [booking] = state.bookings.values();
    const { id: bookingId = '', userId = '' } = booking ?? {};
    const command = { type: 'confirm', bookingId, userId } as const;
    const decided = await loadAndDecide(database, state.event?.id ?? '', [command]);
    return decided.group.decisions;
  }

  test('taken out, confirms a booking of an event that was called off', async () => {
    const stale = await staleConfirm();
    const { event } = stale.loaded.state;
    if (event === null) throw new Error('The event is there.');
    const seen = { ...event, rules: { ...event.rules, status: 'cancelled' as const } };
    const blind = { ...stale.loaded, state: { ...stale.loaded.state, event: seen } };
    expect(await tryRecord(database, { ...stale, loaded: blind })).toMatchObject({ held: 0 });
    expect(await findEvent(database, event.id)).toMatchObject({
      rules: { status: 'cancelled' },
      capacity: { available: 9, held: 0 },
    });
  });
});

describe('the version guard', () => {
  async function staleOrder(): Promise<Decided> {
    const eventId = await eventOnSale(database);
    const command: Command = { type: 'setCapacity', organizerId: 'organizer', total: 5 };
    const stale = await loadAndDecide(database, eventId, [command]);
    await give(database, eventId, reserveBy('ann', { quantity: 4 }));
    return stale;
  }

  test("stops an organizer's command that did not see the last sale", async () => {
    expect(await tryRecord(database, await staleOrder())).toEqual({ lost: true });
    await expectSound(database);
  });

  test('taken out, loses that sale from the counters', async () => {
    const stale = await staleOrder();
    const { event } = stale.loaded.state;
    if (event === null) throw new Error('The event is there.');
    const seen = { ...event, version: event.version + 1 };
    const blind = { ...stale.loaded, state: { ...stale.loaded.state, event: seen } };
    await tryRecord(database, { ...stale, loaded: blind });
    expect(await broken()).toEqual(['I2', 'I3']);
  });
});

describe('the guard on moved bookings', () => {
  async function staleConfirm(): Promise<Decided> {
    const eventId = await eventOnSale(database);
    const bookingId = randomUUID();
    await give(database, eventId, reserveBy('bob'));
    await give(database, eventId, reserveBy('ann', { bookingId }));
    const confirm: Command = { type: 'confirm', bookingId, userId: 'ann' };
    const stale = await loadAndDecide(database, eventId, [confirm]);
    await give(database, eventId, { ...confirm, type: 'cancel' });
    return stale;
  }

  test('stops a confirm of what was cancelled meanwhile', async () => {
    expect(await tryRecord(database, await staleConfirm())).toEqual({ sqlState: 'HF001' });
    await expectSound(database);
  });

  /** A cancel of three seats, that was decided before somebody changed the row by `set`. */
  async function staleCancel(set: string): Promise<Decided> {
    const eventId = await eventOnSale(database);
    const reserve = reserveBy('ann', { quantity: 3 });
    await give(database, eventId, reserve);
    const cancel: Command = { type: 'cancel', bookingId: reserve.bookingId, userId: 'ann' };
    const stale = await loadAndDecide(database, eventId, [cancel]);
    await database.pool.query(`update bookings set ${set} where event_id = $1`, [eventId]);
    return stale;
  }

  test.each([
    ['gave back a part', 'seat_count = 1'],
    ['gave it to another user', "user_id = 'bob'"],
    ['moved it to another place', 'ordinal = 2'],
    ['lengthened it', "expires_at = now() + interval '1 hour'"],
  ])(
    'stops a cancel where somebody %s meanwhile, though the status is the same',
    async (_, set) => {
      expect(await tryRecord(database, await staleCancel(set))).toEqual({ sqlState: 'HF001' });
    },
  );

  /** A cancel of three seats, decided before two of them were given back. */
  async function cancelAfterPart(): Promise<Decided> {
    const eventId = await eventOnSale(database);
    const sale = { type: 'book', bookingId: randomUUID(), userId: 'ann', quantity: 3 } as const;
    await give(database, eventId, { ...sale, bookingId: randomUUID(), userId: 'bob' });
    await give(database, eventId, sale);
    const stale = await loadAndDecide(database, eventId, [{ ...sale, type: 'cancel' }]);
    await give(database, eventId, { ...sale, type: 'changeQuantity', quantity: 1 });
    return stale;
  }

  test('stops a cancel that would give back seats that were given back meanwhile', async () => {
    expect(await tryRecord(database, await cancelAfterPart())).toEqual({ sqlState: 'HF001' });
    await expectSound(database);
  });

  test('by the status alone, gives back five seats of three', async () => {
    const stale = await cancelAfterPart();
    const movedBookings = stale.group.reliance.movedBookings.map((seen) => ({
      ...seen,
      quantity: 1,
    }));
    const reliance = { ...stale.group.reliance, movedBookings };
    const unguarded = { ...stale, group: { ...stale.group, reliance } };
    expect(await tryRecord(database, unguarded)).toMatchObject({ available: 9 });
    expect(await broken()).toEqual(['I2', 'I4']);
  });

  /** A sweep that found a hold lapsed, and comes after the hold was lengthened in its last moment. */
  async function sweepAfterExtension(): Promise<{ stale: Decided; expiresAt: number }> {
    const eventId = await eventOnSale(database, { policy: { holdExtensionMaxMs: 60_000 } });
    const hold = reserveBy('ann', { quantity: 2 });
    await give(database, eventId, hold);
    await database.pool.query(
      `update bookings set expires_at = now() + interval '10 seconds' where event_id = $1`,
      [eventId],
    );
    const sweep: Command = { type: 'expire', bookingCountMax: 1 };
    const extend = { type: 'extend', bookingId: hold.bookingId, userId: 'ann' } as const;
    const { loaded } = await loadAndDecide(database, eventId, [extend]);
    const [seen] = loaded.state.bookings.values();
    const now = loaded.now + 10_000;
    const stale = { loaded: { ...loaded, now }, group: decideGroup(loaded.state, [sweep], now) };
    const outcome = await give(database, eventId, extend);
    if (outcome.status !== 'accepted' || outcome.booking.status !== 'held') throw new Error('held');
    expect(seen).toMatchObject({ status: 'held' });
    return { stale, expiresAt: outcome.booking.expiresAt };
  }

  test('stops a sweep of a hold that was lengthened meanwhile', async () => {
    const { stale } = await sweepAfterExtension();
    expect(stale.group.transitions).toHaveLength(1);
    expect(await tryRecord(database, stale)).toEqual({ sqlState: 'HF001' });
    await expectSound(database);
  });

  test('by the status alone, ends a hold before its time', async () => {
    const { stale, expiresAt } = await sweepAfterExtension();
    const movedBookings = stale.group.reliance.movedBookings.map((seen) => ({
      ...seen,
      expiresAt,
    }));
    const reliance = { ...stale.group.reliance, movedBookings };
    const unguarded = { ...stale, group: { ...stale.group, reliance } };
    expect(await tryRecord(database, unguarded)).toMatchObject({ available: 10, held: 0 });
  });

  /** A confirm whose statement found the booking, and then waits while it is cancelled. */
  async function confirmOvertaken(): Promise<unknown> {
    const eventId = await eventOnSale(database);
    const bookingId = randomUUID();
    await give(database, eventId, reserveBy('bob'));
    await give(database, eventId, reserveBy('ann', { bookingId }));
    const decided = (type: 'confirm' | 'cancel') =>
      loadAndDecide(database, eventId, [{ type, bookingId, userId: 'ann' }]);
    const [confirm, cancel] = [await decided('confirm'), await decided('cancel')];
    const client = await database.pool.connect();
    await client.query('begin');
    await record(client, cancel, database.layout);
    const slow = tryRecord(database, confirm);
    await expect.poll(() => waitingCount(database)).toBe(1);
    await client.query('commit');
    client.release();
    return await slow;
  }

  test('stops a confirm of what is cancelled while it waits', async () => {
    expect(await confirmOvertaken()).toEqual({ sqlState: 'HF001' });
    await expectSound(database);
  });

  test.each([
    ['cancelled meanwhile', async () => tryRecord(database, await staleConfirm())],
    ['cancelled while it waits', confirmOvertaken],
  ])('taken out, counts a sale that is not there: %s', async (_, attempt) => {
    await removeMovedGuard(database);
    await attempt();
    expect(await broken()).toEqual(['I2', 'I4']);
  });
});

describe('the unique index on a user and an event', () => {
  async function staleSecond(): Promise<Decided> {
    const eventId = await eventOnSale(database);
    const stale = await loadAndDecide(database, eventId, [reserveBy('ann')]);
    await give(database, eventId, reserveBy('ann'));
    return stale;
  }

  test('stops a second booking of a user who may have one', async () => {
    expect(await tryRecord(database, await staleSecond())).toEqual({ sqlState: '23505' });
    await expectSound(database);
  });

  test('taken out, lets it through', async () => {
    await database.pool.query('drop index ix_bookings_user_event');
    expect(await tryRecord(database, await staleSecond())).toMatchObject({ held: 2 });
    expect(await broken()).toEqual(['I5']);
  });
});

describe('the primary key of bookings', () => {
  async function staleSame(): Promise<Decided> {
    const eventId = await eventOnSale(database);
    const reserve = reserveBy('ann');
    const stale = await loadAndDecide(database, eventId, [reserve]);
    await give(database, eventId, { ...reserve, userId: 'bob' });
    return stale;
  }

  test('stops a second effect of one id', async () => {
    expect(await tryRecord(database, await staleSame())).toEqual({ sqlState: '23505' });
    await expectSound(database);
  });

  test('taken out, together with the ledger index, gives one id to two users', async () => {
    await database.pool.query('alter table bookings drop constraint bookings_pkey');
    await database.pool.query('drop index ix_ledger_booking_stage');
    expect(await tryRecord(database, await staleSame())).toMatchObject({ held: 2 });
    expect(await broken()).toContain('I4');
  });
});
