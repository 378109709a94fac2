import { randomUUID } from 'node:crypto';
import { type Database, openDatabase } from '@holdfast/data';
import { freshTables, startRelay } from '@holdfast/fixtures';
import { freshPrefix, providedServices, startTcpProxy } from '@holdfast/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Holdfast, openHoldfast } from '../src/open-holdfast.ts';
import { sellEvent } from './engine-for-test.ts';

let databaseUrl: string;
/** Beside what is tested: what others do. */
let database: Database;

beforeAll(async () => {
  databaseUrl = await freshTables();
  database = await openDatabase({ url: databaseUrl });
});

afterAll(() => database.close());

function booking(quantity = 1) {
  const bookingId = randomUUID();
  return { type: 'book', bookingId, userId: `user ${bookingId}`, quantity } as const;
}

const first = { isFirstAttempt: true };
const soldOut = { status: 'refused', reason: 'sold_out' };

describe.each(['databaseUrl alone', 'Redis as well'])('with %s', (ground) => {
  let holdfast: Holdfast;

  beforeAll(async () => {
    const { redisUrl } = providedServices();
    const redis = ground === 'Redis as well' ? { redisUrl, redisPrefix: freshPrefix() } : {};
    holdfast = await openHoldfast({ databaseUrl, ...redis });
  });

  afterAll(() => holdfast.close());

  test('a booking is made once, however often it is sent', async () => {
    const eventId = await sellEvent(database, 5);
    const command = booking(2);
    const outcome = await holdfast.submit(eventId, command, first);
    expect(outcome).toMatchObject({ status: 'accepted', booking: { status: 'confirmed' } });
    expect(await holdfast.submit(eventId, command)).toEqual(outcome);
    const spelled = { ...command, bookingId: command.bookingId.toUpperCase() };
    expect(await holdfast.submit(eventId.toUpperCase(), spelled)).toEqual(outcome);
    expect(await holdfast.findEvent(eventId, { maxAgeMs: 0 })).toMatchObject({
      availableSeats: 3,
    });
  });

  test('bookings that change places in one group are moved, one after the other', async () => {
    const eventId = await sellEvent(database, 5);
    const sale = (userId: string) => ({ ...booking(), userId });
    const [ofAnn, ofBob] = [sale('ann'), sale('bob')];
    const transfer = ({ bookingId, userId }: typeof ofAnn, toUserId: string) =>
      holdfast.submit(eventId, { type: 'transfer', bookingId, userId, toUserId });
    const accept = ({ bookingId }: typeof ofAnn, userId: string) =>
      holdfast.submit(eventId, { type: 'accept', bookingId, userId });
    for (const each of [ofAnn, ofBob]) await holdfast.submit(eventId, each, first);
    await Promise.all([transfer(ofAnn, 'cat'), transfer(ofBob, 'ann')]);
    // No order of these rows fits the unique index: each one's place is the other's.
    const outcomes = await Promise.all([
      accept(ofAnn, 'cat'),
      accept(ofBob, 'ann'),
      transfer({ ...ofAnn, userId: 'cat' }, 'bob'),
      accept(ofAnn, 'bob'),
    ]);
    expect(outcomes.map((each) => 'booking' in each && each.booking.userId)).toEqual([
      'cat',
      'ann',
      'cat',
      'bob',
    ]);
  });

  test('an order takes seats of all its events or of none, is told as Redis knows, and is given back whole', async () => {
    const [one, scarce] = [await sellEvent(database, 3), await sellEvent(database, 1)];
    const orderOf = () => {
      const lines = [one, scarce].map((eventId) => ({ eventId, quantity: 1 }));
      const [orderId, userId] = [randomUUID(), randomUUID()];
      return { type: 'placeOrder', orderId, userId, as: 'held', lines } as const;
    };
    const order = orderOf();
    const placed = await holdfast.submitOrder(order, first);
    expect(placed).toMatchObject({ status: 'accepted', bookings: [{ status: 'held' }, {}] });
    expect(await holdfast.submitOrder(order)).toEqual(placed);
    for (let time = 0; time < 3; time += 1) {
      const refusal = { ...soldOut, eventId: scarce, line: 1 };
      expect(await holdfast.submitOrder(orderOf(), first)).toEqual(refusal);
      expect(await holdfast.submit(scarce, booking(), first)).toEqual(soldOut);
    }
    expect(await holdfast.findEvent(one, { maxAgeMs: 0 })).toMatchObject({ availableSeats: 2 });
    const { orderId, userId } = order;
    const given = await holdfast.submitOrder({ type: 'cancelOrder', orderId, userId });
    expect(given).toMatchObject({ status: 'accepted', bookings: [{ status: 'cancelled' }, {}] });
    // The fence of the cancel: nobody is refused by what was before it.
    expect(await holdfast.submit(scarce, booking(), first)).toMatchObject({ status: 'accepted' });
  });

  test('an order that is none is an error that names the field', async () => {
    const order = { type: 'placeOrder', orderId: randomUUID(), userId: 'ada', as: 'held' } as const;
    const lines = Array.from({ length: 21 }, () => ({ eventId: randomUUID(), quantity: 1 }));
    await expect(holdfast.submitOrder({ ...order, lines })).rejects.toMatchObject({
      field: 'command.lines',
    });
    const wrong = { ...order, lines: [{ eventId: 'x', quantity: 1 }] };
    await expect(holdfast.submitOrder(wrong)).rejects.toMatchObject({
      field: 'command.lines[0].eventId',
    });
  });

  test('a refusal is data, and is true', async () => {
    const eventId = await sellEvent(database, 1);
    expect(await holdfast.submit(eventId, booking(), first)).toMatchObject({ status: 'accepted' });
    for (let time = 0; time < 3; time += 1) {
      expect(await holdfast.submit(eventId, booking(), first)).toEqual(soldOut);
    }
    expect(await holdfast.submit(randomUUID(), booking())).toMatchObject({
      reason: 'event_not_found',
    });
  });

  test('events and bookings are found and listed', async () => {
    const eventId = await sellEvent(database, 5);
    const command = booking();
    await holdfast.submit(eventId, command, first);
    const { bookingId, userId } = command;
    const key = { eventId, bookingId };
    expect(await holdfast.findBooking(key)).toMatchObject({ id: bookingId, status: 'confirmed' });
    expect(await holdfast.findEvent(randomUUID())).toBeNull();
    const page = { limit: 10, after: null };
    const ofUser = await holdfast.listBookingsOfUser({ userId, ...page });
    const ofEvent = await holdfast.listBookingsOfEvent({ eventId, ...page });
    expect(JSON.stringify(ofUser)).toContain(bookingId);
    expect(JSON.stringify(ofEvent)).toContain(bookingId);
  });

  test('who watches hears of a change when it is relayed, until it leaves', async () => {
    const eventId = await sellEvent(database, 5);
    const relay = startRelay(database);
    const left = new AbortController();
    const heard: number[] = [];
    // Of whatever spelling: the changes have but one.
    const spelled = eventId.toUpperCase();
    for await (const { changes } of holdfast.watch(spelled, { signal: left.signal })) {
      heard.push(...changes.map(({ availableSeats }) => availableSeats));
      if (heard.length === 1) await holdfast.submit(eventId, booking(2), first);
      else left.abort();
    }
    await relay.stop();
    expect(heard).toEqual([5, 3]);
    const nowhere = holdfast.watch(randomUUID())[Symbol.asyncIterator]();
    await expect(nowhere.next()).rejects.toMatchObject({ name: 'EventNotFound' });
  });

  test('what is no command, and what is no id, is an error that names the field, and harms nobody else', async () => {
    const eventId = await sellEvent(database, 5);
    const actor = { role: 'admin', id: 'root', reason: 'asked' };
    const good = holdfast.submit(eventId, booking(), first);
    const bad: readonly [string, string, object][] = [
      ['eventId', 'no id', booking()],
      ['command.bookingId', eventId, { ...booking(), bookingId: 'mine' }],
      ['command.userId', eventId, { ...booking(), userId: 'a\0da' }],
      ['command.actor.role', eventId, { ...booking(), actor: { ...actor, role: 'user' } }],
      ['command.actor.id', eventId, { ...booking(), actor: { ...actor, id: 'a\0da' } }],
      ['command.actor.reason', eventId, { ...booking(), actor: { ...actor, reason: 'no\0' } }],
      ['command.quantity', eventId, { ...booking(), quantity: '2' }],
      ['command.type', eventId, { ...booking(), type: 'steal' }],
      ['command.type', eventId, { type: 'expire', bookingCountMax: 5 }],
      ['command', eventId, undefined as unknown as object],
    ];
    for (const [field, id, command] of bad) {
      const end = holdfast.submit(id, command as ReturnType<typeof booking>);
      await expect(end).rejects.toMatchObject({ name: 'InvalidInput', field });
    }
    expect(await good).toMatchObject({ status: 'accepted' });
  });
});

describe('close', () => {
  test('lets all that went in come out, to who gave seats back as well, and nothing more in', async () => {
    const eventId = await sellEvent(database, 100);
    await using network = await startTcpProxy(providedServices().redisUrl);
    const redis = { redisUrl: network.url, redisPrefix: freshPrefix() };
    const holdfast = await openHoldfast({ databaseUrl, ...redis });
    const held = { ...booking(), type: 'reserve' } as const;
    await holdfast.submit(eventId, held, first);
    // Then who gives seats back is told a second later than the others.
    network.cut();
    const order: string[] = [];
    const { bookingId, userId } = held;
    const ends = [
      ...Array.from({ length: 50 }, () => holdfast.submit(eventId, booking(), first)),
      holdfast.submit(eventId, { type: 'cancel', bookingId, userId }),
    ].map(async (end) => {
      const { status } = await end;
      order.push(status);
    });
    const watching = holdfast.watch(eventId)[Symbol.asyncIterator]();
    await watching.next();
    const next = watching.next();
    const closed = holdfast.close().then(() => order.push('closed'));
    const late = holdfast.submit(eventId, booking());
    await expect(late).rejects.toMatchObject({ name: 'Draining', retryAfterMs: 1_000 });
    await expect(next).rejects.toMatchObject({ name: 'Draining' });
    await Promise.all([...ends, closed]);
    expect(order).toEqual([...Array(51).fill('accepted'), 'closed']);
    await holdfast.close();
  });
});

describe('an option that cannot be used is an error that names it, and nothing is opened', () => {
  const url = 'postgres://ann@127.0.0.1/holdfast';

  test.each([
    ['databaseUrl', { databaseUrl: 'no url' }],
    ['databaseUrl', { databaseUrl: undefined as unknown as string }],
    ['databaseUrl', { databaseUrl: 'mysql://127.0.0.1/holdfast' }],
    ['redisUrl', { databaseUrl: url, redisUrl: 'http://127.0.0.1' }],
    ['redisPrefix', { databaseUrl: url, redisPrefix: 'a b' }],
    ['poolSizeMax', { databaseUrl: url, poolSizeMax: 0 }],
    ['limits.groupSizeMax', { databaseUrl: url, limits: { groupSizeMax: 0 } }],
    ['limits.commandTimeoutMs', { databaseUrl: url, limits: { commandTimeoutMs: 2 ** 31 } }],
    ['limits.queueLengthMax', { databaseUrl: url, limits: { queueLengthMax: Number.NaN } }],
  ])('%s', async (option, options) => {
    await expect(openHoldfast(options)).rejects.toThrow(new RegExp(`^${option} `));
  });
});
