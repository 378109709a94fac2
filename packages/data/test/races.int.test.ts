import { randomUUID } from 'node:crypto';
import { commit, type Database, findEvent, listBookingsOfUser, openDatabase } from '@holdfast/data';
import { type BookingCommand, type Command, decideGroup, quantityMax } from '@holdfast/domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  answers,
  eventOnSale,
  expectSound,
  give,
  lapseHolds,
  openFresh,
  reserveBy,
} from './fixture.ts';
import type { Decided } from '../src/commit/group.ts';
import { loadAndDecide, tryRecord } from './race.ts';

let database: Database;
let others: Database[];
beforeAll(async () => {
  const fresh = await openFresh({ poolSizeMax: 8 });
  database = fresh.database;
  // Several pools, as several processes would have.
  others = await Promise.all([1, 2, 3].map(() => openDatabase({ url: fresh.url, poolSizeMax: 8 })));
});
afterAll(async () => {
  await Promise.all(others.map((other) => other.close()));
  await database.close();
});

/**
 * Commands at once, spread over all connections. On a machine that is busy with other things a commit
 * may run out of time: who then hears `unknown` settles it with the same command, as clients do.
 */
async function storm(eventId: string, commands: readonly BookingCommand[]): Promise<string[]> {
  const databases = [database, ...others];
  const settled = async (command: BookingCommand, index: number) => {
    const ask = () => give(databases[index % databases.length] ?? database, eventId, command);
    const outcome = await ask();
    return outcome.status === 'unknown' ? await ask() : outcome;
  };
  return answers(await Promise.all(commands.map(settled)));
}

function count(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

describe('many callers on several connections', () => {
  test('200 of them for 50 seats make exactly 50 bookings', async () => {
    const eventId = await eventOnSale(database, { total: 50 });
    const users = Array.from({ length: 200 }, (_, index) => `user-${index}`);
    const found = await storm(
      eventId,
      users.map((user) => reserveBy(user)),
    );
    expect(count(found)).toEqual({ held: 50, sold_out: 150 });
    expect((await findEvent(database, eventId))?.capacity).toEqual({
      total: 50,
      available: 0,
      held: 50,
    });
    await expectSound(database);
  });

  test('of different sizes never take more than there is, and leave less than the smallest asks', async () => {
    const eventId = await eventOnSale(database, { total: 97 });
    const commands = Array.from({ length: 120 }, (_, index) =>
      reserveBy(`user-${index}`, { quantity: (index % 4) + 1 }),
    );
    await storm(eventId, commands);
    expect((await findEvent(database, eventId))?.capacity).toMatchObject({ available: 0 });
    await expectSound(database);
  });

  test('one user many times at once gets one booking', async () => {
    const eventId = await eventOnSale(database);
    const found = await storm(
      eventId,
      Array.from({ length: 40 }, () => reserveBy('ann')),
    );
    expect(count(found)).toEqual({ held: 1, bookings_over_limit: 39 });
    await expectSound(database);
  });

  test('one user who replaces the own hold many times at once keeps the seats all the while', async () => {
    const eventId = await eventOnSale(database, { total: 3 });
    await give(database, eventId, reserveBy('ann', { quantity: 3 }));
    const ann = Array.from({ length: 40 }, () => reserveBy('ann', { quantity: 3, replace: true }));
    const rivals = Array.from({ length: 60 }, (_, index) => reserveBy(`user-${index}`));
    const found = await storm(
      eventId,
      [...ann, ...rivals].toSorted((a, b) => (a.bookingId < b.bookingId ? -1 : 1)),
    );
    expect(count(found)).toEqual({ held: 40, sold_out: 60 });
    const { items } = await listBookingsOfUser(database, {
      userId: 'ann',
      after: null,
      limit: 100,
    });
    const here = items.filter((booking) => booking.eventId === eventId);
    expect(here.filter(({ status }) => status === 'held')).toHaveLength(1);
    expect(here.filter(({ status }) => status === 'cancelled')).toHaveLength(40);
    await expectSound(database);
  });

  test('of whom one gives the hold back to hold again loses the seats in between', async () => {
    const eventId = await eventOnSale(database, { total: 3 });
    const hold = reserveBy('ann', { quantity: 3 });
    await give(database, eventId, hold);
    await give(database, eventId, { type: 'cancel', bookingId: hold.bookingId, userId: 'ann' });
    expect(await storm(eventId, [reserveBy('bob')])).toEqual(['held']);
    expect(await storm(eventId, [reserveBy('ann', { quantity: 3 })])).toEqual(['sold_out']);
  });

  test('one id many times at once has one effect, and one answer', async () => {
    const eventId = await eventOnSale(database);
    const reserve = reserveBy('ann', { quantity: 2 });
    const found = await storm(
      eventId,
      Array.from({ length: 40 }, () => reserve),
    );
    expect(count(found)).toEqual({ held: 40 });
    expect((await findEvent(database, eventId))?.capacity.available).toBe(8);
  });

  test('one id of two users goes to one of them', async () => {
    const eventId = await eventOnSale(database);
    const bookingId = randomUUID();
    const found = await storm(
      eventId,
      ['ann', 'bob', 'cat', 'dan'].map((user) => reserveBy(user, { bookingId })),
    );
    expect(count(found)).toEqual({ held: 1, id_taken: 3 });
  });

  test('lapsed holds are sold once more, and only once', async () => {
    const eventId = await eventOnSale(database, { total: 20 });
    await storm(
      eventId,
      Array.from({ length: 20 }, (_, index) => reserveBy(`old-${index}`)),
    );
    await lapseHolds(database, eventId);
    const sweeps = Array.from({ length: 5 }, () =>
      commit(database, eventId, [{ type: 'expire', bookingCountMax: 7 }]),
    );
    const found = await storm(
      eventId,
      Array.from({ length: 60 }, (_, index) => reserveBy(`new-${index}`)),
    );
    await Promise.all(sweeps);
    expect(count(found)).toEqual({ held: 20, sold_out: 40 });
    await expectSound(database);
  });

  test('late payments and new buyers share the seats of lapsed holds, each seat once', async () => {
    const eventId = await eventOnSale(database, { total: 20 });
    const old = Array.from({ length: 20 }, (_, index) => reserveBy(`old-${index}`));
    await storm(eventId, old);
    await lapseHolds(database, eventId);
    await commit(database, eventId, [{ type: 'expire', bookingCountMax: 10 }]);
    const paid = old.map(({ bookingId, userId }) => ({
      type: 'confirm' as const,
      bookingId,
      userId,
      ifLapsed: 'reacquire' as const,
    }));
    const buyers = Array.from({ length: 20 }, (_, index) => reserveBy(`new-${index}`));
    // Each webhook comes twice.
    const commands = [...paid, ...buyers, ...paid].toSorted((a, b) =>
      a.bookingId < b.bookingId ? -1 : 1,
    );
    const counts = count(await storm(eventId, commands));
    const { confirmed = 0, held = 0, hold_lapsed: refused = 0, sold_out: soldOut = 0 } = counts;
    expect([confirmed + refused, held + soldOut]).toEqual([40, 20]);
    expect(confirmed / 2 + held).toBe(20);
    expect((await findEvent(database, eventId))?.capacity).toMatchObject({ available: 0, held });
    await expectSound(database);
  });

  test('repeated cancels of the largest event there can be are all answered', async () => {
    const eventId = await eventOnSale(database, { total: quantityMax });
    const reserve = reserveBy('ann');
    await give(database, eventId, reserve);
    const cancel = { type: 'cancel', bookingId: reserve.bookingId, userId: 'ann' } as const;
    const found = await storm(
      eventId,
      Array.from({ length: 8 }, () => cancel),
    );
    expect(count(found)).toEqual({ cancelled: 8 });
  });

  test('an organizer who changes the capacity meanwhile neither loses a sale nor is lost', async () => {
    const eventId = await eventOnSale(database, { total: 30 });
    const grow = [40, 50, 60].map((total) =>
      commit(database, eventId, [{ type: 'setCapacity', organizerId: 'organizer', total }]),
    );
    const users = Array.from({ length: 100 }, (_, index) => reserveBy(`user-${index}`));
    const [found] = await Promise.all([storm(eventId, users), ...grow]);
    const event = await findEvent(database, eventId);
    expect([40, 50, 60]).toContain(event?.capacity.total);
    expect(count(found)['held']).toBe(event?.capacity.held);
    await expectSound(database);
  });
});

type Step = 'A reads' | 'A writes' | 'B reads' | 'B writes';

/** Every order of two commits' two round trips each. */
const interleavings: readonly { readonly order: readonly Step[]; readonly isAtOnce: boolean }[] = [
  { order: ['A reads', 'A writes', 'B reads', 'B writes'], isAtOnce: false },
  { order: ['A reads', 'B reads', 'A writes', 'B writes'], isAtOnce: true },
  { order: ['A reads', 'B reads', 'B writes', 'A writes'], isAtOnce: true },
  { order: ['B reads', 'A reads', 'A writes', 'B writes'], isAtOnce: true },
  { order: ['B reads', 'A reads', 'B writes', 'A writes'], isAtOnce: true },
  { order: ['B reads', 'B writes', 'A reads', 'A writes'], isAtOnce: false },
];

/** Plays two commits in this order; says which of them were decided and written at the first try. */
async function play(
  eventId: string,
  commands: { readonly A: Command; readonly B: Command },
  order: readonly Step[],
): Promise<('A' | 'B')[]> {
  const decided = new Map<string, Decided>();
  const written: ('A' | 'B')[] = [];
  for (const step of order) {
    const name = step.startsWith('A') ? 'A' : 'B';
    const known = decided.get(name);
    if (known === undefined) {
      decided.set(name, await loadAndDecide(database, eventId, [commands[name]]));
    } else if (known.group.transitions.length > 0) {
      if ('version' in (await tryRecord(database, known))) written.push(name);
    }
  }
  return written;
}

describe('confirm against cancel', () => {
  test.each(interleavings)('has one winner in the order $order', async ({ order, isAtOnce }) => {
    const eventId = await eventOnSale(database);
    const bookingId = randomUUID();
    await give(database, eventId, reserveBy('ann', { bookingId, quantity: 2 }));
    const confirm = { type: 'confirm', bookingId, userId: 'ann' } as const;
    const written = await play(eventId, { A: confirm, B: { ...confirm, type: 'cancel' } }, order);
    // Whoever writes first wins. One after the other, what was confirmed may still be cancelled.
    const first = order.find((step) => step.endsWith('writes'))?.at(0);
    expect(written).toEqual(!isAtOnce && first === 'A' ? ['A', 'B'] : [first]);
    await expectSound(database);
  });
});

describe('a part given back against a cancel', () => {
  /** A sale of three seats beside another one, of which one command gives back two and one all. */
  async function crossed() {
    const eventId = await eventOnSale(database);
    const bookingId = randomUUID();
    const sale = { type: 'book', bookingId, userId: 'ann', quantity: 3 } as const;
    await give(database, eventId, sale);
    await give(database, eventId, { ...sale, bookingId: randomUUID(), userId: 'bob' });
    const cancel = { type: 'cancel', bookingId, userId: 'ann' } as const;
    return { eventId, A: { ...sale, type: 'changeQuantity', quantity: 1 } as const, B: cancel };
  }

  test.each(interleavings)('has one winner in the order $order', async ({ order, isAtOnce }) => {
    const { eventId, ...commands } = await crossed();
    const written = await play(eventId, commands, order);
    const first = order.find((step) => step.endsWith('writes'))?.at(0);
    expect(written).toEqual(!isAtOnce && first === 'A' ? ['A', 'B'] : [first]);
    await expectSound(database);
  });

  test('200 changes, cancels and claims at once leave every counter what its bookings say', async () => {
    const eventId = await eventOnSale(database, { total: 60 });
    const owners = Array.from({ length: 20 }, (_, index) => reserveBy(`user-${index}`));
    await storm(
      eventId,
      owners.map((each) => ({ ...each, type: 'book', quantity: 2 }) as const),
    );
    const found = await storm(
      eventId,
      Array.from({ length: 200 }, (_, index) => {
        const { bookingId, userId } = owners[index % 20] ?? reserveBy('nobody');
        const type = index % 40 === 39 ? 'cancel' : 'changeQuantity';
        if (index % 3 === 0) return reserveBy(`late-${index}`);
        return { type, bookingId, userId, quantity: 1 + (index % 4) } as const;
      }),
    );
    expect(count(found)['confirmed']).toBeGreaterThan(0);
    expect((await findEvent(database, eventId))?.capacity.available).toBeGreaterThanOrEqual(0);
    await expectSound(database);
  });
});

describe('confirm against expiry', () => {
  /** A confirm that was decided while the hold lived, and a sweep decided when it had lapsed. */
  async function decideBoth() {
    const eventId = await eventOnSale(database);
    const bookingId = randomUUID();
    await give(database, eventId, reserveBy('ann', { bookingId, quantity: 2 }));
    const command = { type: 'confirm', bookingId, userId: 'ann' } as const;
    await lapseHolds(database, eventId);
    const confirm = decidedEarlier(await loadAndDecide(database, eventId, [command]), command);
    const sweep = await loadAndDecide(database, eventId, [{ type: 'expire', bookingCountMax: 1 }]);
    // Another live hold keeps the CHECK on held seats from answering before the guard does.
    await give(database, eventId, reserveBy('bob', { quantity: 5 }));
    return { eventId, command, confirm, sweep };
  }

  /** As it was decided a second before, when the hold was alive. */
  function decidedEarlier({ loaded }: Decided, command: Command): Decided {
    const now = loaded.now - 1_000;
    return { loaded: { ...loaded, now }, group: decideGroup(loaded.state, [command], now) };
  }

  test('won by the confirm: the sweep leaves the sale alone', async () => {
    const { eventId, command, confirm, sweep } = await decideBoth();
    expect(await tryRecord(database, confirm)).toMatchObject({ held: 5 });
    expect(await tryRecord(database, sweep)).toEqual({ sqlState: 'HF001' });
    expect(answers([await give(database, eventId, command)])).toEqual(['confirmed']);
    await expectSound(database);
  });

  test('won by the sweep: the confirm comes too late', async () => {
    const { eventId, command, confirm, sweep } = await decideBoth();
    expect(await tryRecord(database, sweep)).toMatchObject({ held: 5 });
    expect(await tryRecord(database, confirm)).toEqual({ sqlState: 'HF001' });
    expect(answers([await give(database, eventId, command)])).toEqual(['hold_lapsed']);
    await expectSound(database);
  });
});
