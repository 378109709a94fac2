import { randomUUID } from 'node:crypto';
import {
  commit,
  commitOrders,
  type Database,
  DatabaseUnavailable,
  findEvent,
  findOrder,
  openDatabase,
  type OrderOutcome,
} from '@holdfast/data';
import type { OrderCommand, OrderLine, PlaceOrder } from '@holdfast/domain';
import { startTcpProxy, type TcpProxy } from '@holdfast/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  answers,
  eventOnSale,
  expectSound,
  give,
  knownTo,
  lapseHolds,
  openFresh,
  reserveBy,
  sweepLapsed,
} from './fixture.ts';

let direct: Database;
let url: string;
beforeAll(async () => {
  ({ database: direct, url } = await openFresh());
});
afterAll(async () => {
  await sweepLapsed(direct);
  await expectSound(direct);
  await direct.close();
});

function orderOf(eventIds: readonly string[], more: Partial<PlaceOrder> = {}): PlaceOrder {
  const lines: OrderLine[] = eventIds.map((eventId) => ({ eventId, quantity: 1 }));
  return {
    type: 'placeOrder',
    orderId: randomUUID(),
    userId: randomUUID(),
    as: 'held',
    lines,
    ...more,
  };
}

function follow({ orderId, userId }: PlaceOrder, type: 'confirmOrder' | 'cancelOrder') {
  return { type, orderId, userId } as const;
}

async function place(database: Database, ...commands: readonly OrderCommand[]) {
  return (await commitOrders(database, commands, knownTo(database))).outcomes;
}

/** The statuses of an order's bookings, or the reason and the line of its refusal. */
function told(outcomes: readonly OrderOutcome[]) {
  return outcomes.map((outcome) => {
    if (outcome.status === 'refused') return [outcome.reason, outcome.line];
    if (outcome.status === 'unknown') return outcome.status;
    return outcome.bookings.map(({ status }) => status);
  });
}

async function eventsOnSale(count: number, total = 10): Promise<readonly [string, string]> {
  const ids = await Promise.all(
    Array.from({ length: count }, () => eventOnSale(direct, { total })),
  );
  const [first = '', second = ''] = ids;
  return [first, second];
}

async function takenOf(eventIds: readonly string[]): Promise<readonly number[]> {
  const events = await Promise.all(eventIds.map((eventId) => findEvent(direct, eventId)));
  return events.map((event) => (event ? event.capacity.total - event.capacity.available : -1));
}

describe('an order', () => {
  test('is held, confirmed and given back as one, and found with its bookings as they are', async () => {
    const eventIds = await eventsOnSale(2);
    const order = orderOf(eventIds, { userId: 'ann' });
    expect(told(await place(direct, order, order))).toEqual([
      ['held', 'held'],
      ['held', 'held'],
    ]);
    const { orderId } = order;
    const found = await findOrder(direct, { orderId });
    expect(found).toMatchObject({
      order: { id: orderId, userId: 'ann', lines: order.lines },
      bookings: eventIds.map((eventId) => ({ eventId, id: orderId, status: 'held', quantity: 1 })),
    });
    expect(told(await place(direct, follow(order, 'confirmOrder')))).toEqual([
      ['confirmed', 'confirmed'],
    ]);
    const [cancelled, again] = [follow(order, 'cancelOrder'), follow(order, 'confirmOrder')];
    expect(told(await place(direct, cancelled, again))).toEqual([
      ['cancelled', 'cancelled'],
      ['booking_cancelled', 0],
    ]);
    expect(await takenOf(eventIds)).toEqual([0, 0]);
    expect(await findOrder(direct, { orderId: randomUUID() })).toBeNull();
  });

  test('of which one line cannot be had writes nothing, and orders beside it are written', async () => {
    const [one, scarce] = await eventsOnSale(2, 2);
    const lines = [...orderOf([one, scarce, scarce, scarce]).lines];
    const outcomes = await place(direct, orderOf([], { lines }), orderOf([scarce, one]));
    expect(told(outcomes)).toEqual([
      ['sold_out', 1],
      ['held', 'held'],
    ]);
    expect(await takenOf([one, scarce])).toEqual([1, 1]);
  });

  test('is told by another process as this one has left it, and is not guessed about', async () => {
    const eventIds = await eventsOnSale(2, 2);
    const other = await openDatabase({ url, poolSizeMax: 2 });
    const order = orderOf(eventIds);
    await place(other, orderOf(eventIds));
    await place(direct, order);
    expect(await place(other, order)).toEqual(await place(direct, order));
    expect(told(await place(other, orderOf(eventIds)))).toEqual([['sold_out', 0]]);
    await other.close();
  });

  test('under an id that has another order, or that is taken in one of its events, is refused', async () => {
    const [one, other] = await eventsOnSale(2);
    const order = orderOf([one, other]);
    await place(direct, order);
    const disjoint = orderOf(await eventsOnSale(2), {
      orderId: order.orderId,
      userId: order.userId,
    });
    expect(told(await place(direct, disjoint))).toEqual([['id_taken', null]]);
    const taken = orderOf([one, other]);
    await give(direct, other, reserveBy(taken.userId, { bookingId: taken.orderId }));
    expect(told(await place(direct, taken))).toEqual([['id_taken', 1]]);
  });

  test('takes the seats of lapsed holds, more of them than a group looks at, too', async () => {
    const [one] = await eventsOnSale(1, 2_100);
    await commit(
      direct,
      one,
      Array.from({ length: 2_100 }, (_, user) => reserveBy(`user ${user}`)),
    );
    await lapseHolds(direct, one);
    const large = { type: 'update', organizerId: 'organizer', title: null, date: null } as const;
    const policy = { quantityPerBookingMax: 2_100 };
    await commit(direct, one, [{ ...large, saleWindow: null, policy }]);
    const lines = [{ eventId: one, quantity: 2_050 }];
    expect(told(await place(direct, orderOf([], { lines })))).toEqual([['held']]);
  });

  test('where the policy has a pause relies on all that it saw, and is written like the others', async () => {
    const pausing = await eventOnSale(direct, { policy: { holdPauseMs: 60_000 } });
    const [plain] = await eventsOnSale(1);
    const order = orderOf([pausing, plain]);
    expect(told(await place(direct, order))).toEqual([['held', 'held']]);
    await place(direct, follow(order, 'cancelOrder'));
    const soon = orderOf([plain, pausing], { userId: order.userId });
    expect(told(await place(direct, soon))).toEqual([['hold_paused', 1]]);
    expect(await takenOf([plain])).toEqual([0]);
  });
});

describe('a wire that breaks at the COMMIT of an order', () => {
  let proxy: TcpProxy;
  let database: Database;
  beforeEach(async () => {
    proxy = await startTcpProxy(url);
    database = await openDatabase({ url: proxy.url, poolSizeMax: 3, replyTimeoutMs: 1_000 });
  });
  afterEach(async () => {
    await database.close();
    await proxy[Symbol.asyncDispose]();
  });

  test.each(['before_request', 'before_answer'] as const)(
    '%s, is fixed by deciding again: the order is there once and whole',
    async (cut) => {
      const eventIds = await eventsOnSale(2);
      proxy.cutNext({ cut, when: 'commit' });
      expect(told(await place(database, orderOf(eventIds)))).toEqual([['held', 'held']]);
      expect(proxy.cutCount).toBe(1);
      expect(await takenOf(eventIds)).toEqual([1, 1]);
    },
  );

  test('and stays broken, leaves it unknown, and the same id settles it', async () => {
    const eventIds = await eventsOnSale(2);
    const order = orderOf(eventIds);
    const missing = follow(orderOf([]), 'confirmOrder');
    proxy.cutNext({ cut: 'before_answer', when: 'commit', first: () => proxy.cut() });
    const outcomes = await place(database, missing, order, order);
    expect(told(outcomes)).toEqual([['order_not_found', null], 'unknown', 'unknown']);
    proxy.restore();
    expect(told(await place(database, order))).toEqual([['held', 'held']]);
    expect(await takenOf(eventIds)).toEqual([1, 1]);
  });

  test('before anything was sent to be kept, is DatabaseUnavailable, and nothing is written', async () => {
    const eventIds = await eventsOnSale(2);
    proxy.cut();
    await expect(place(database, orderOf(eventIds))).rejects.toBeInstanceOf(DatabaseUnavailable);
    expect(await takenOf(eventIds)).toEqual([0, 0]);
  });

  test('never turns an order that may have been placed into a refusal', async () => {
    const eventIds = await eventsOnSale(2);
    const order = orderOf(eventIds);
    await place(direct, order);
    const cancel = () => place(direct, follow(order, 'cancelOrder'));
    // It is confirmed; before it can be read again, it is given back from elsewhere.
    proxy.cutNext({ cut: 'before_answer', when: 'commit', first: cancel });
    expect(told(await place(database, follow(order, 'confirmOrder')))).toEqual(['unknown']);
    expect(
      answers(await Promise.all(eventIds.map((id) => give(direct, id, sameAs(order))))),
    ).toEqual(['cancelled', 'cancelled']);
  });

  function sameAs({ orderId, userId }: PlaceOrder) {
    return reserveBy(userId, { bookingId: orderId });
  }
});
