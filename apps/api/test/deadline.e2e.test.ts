import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Caller, callerOf, eventOnSale, faultOf, startApi, type TestApi } from './api.ts';

/** Shorter than the database's own patience, so that the deadline is what ends the wait. */
const requestTimeoutMs = 400;

let api: TestApi;
let olga: Caller;
let ada: Caller;
let unlock = async (): Promise<void> => {};

beforeAll(async () => {
  const env = { REQUEST_TIMEOUT_MS: String(requestTimeoutMs), GROUP_SIZE_MAX: '1' };
  api = await startApi({ env });
  olga = await callerOf(api, 'olga', 'organizer');
  ada = await callerOf(api, 'ada', 'user');
});

afterEach(() => unlock());
afterAll(() => api.stop());

/** Makes whatever needs this lock wait, until `unlock`. */
async function lock(statement: string, values: readonly string[] = []): Promise<void> {
  const client = await api.database.pool.connect();
  await client.query('begin');
  await client.query(statement, [...values]);
  unlock = async () => {
    unlock = async () => {};
    await client.query('rollback');
    client.release();
  };
}

const lockRow = (eventId: string) => lock('select from events where id = $1 for update', [eventId]);
const lockTable = () => lock('lock table events in access exclusive mode');

describe('when the answer is not there in time', () => {
  test('a booking in flight is unknown, and the same call settles it', async () => {
    const eventId = await eventOnSale(olga);
    const claim = { eventId, bookingId: randomUUID(), quantity: 1 };
    await lockRow(eventId);
    expect(await ada.booking.book.mutate(claim)).toEqual({
      status: 'unknown',
      retryAfterMs: 1_000,
    });
    await unlock();
    await expect
      .poll(() => ada.booking.book.mutate(claim))
      .toMatchObject({ status: 'confirmed', id: claim.bookingId });
    expect(await ada.event.get.query({ eventId })).toMatchObject({ availableSeats: 99 });
  });

  test('a booking that still waited is overloaded, and was never written', async () => {
    const eventId = await eventOnSale(olga);
    const bob = await callerOf(api, 'bob', 'user');
    await lockRow(eventId);
    const inFlight = ada.booking.book.mutate({ eventId, bookingId: randomUUID(), quantity: 1 });
    const bookingId = randomUUID();
    const fault = await faultOf(bob.booking.book.mutate({ eventId, bookingId, quantity: 1 }));
    expect(fault).toMatchObject({ fault: 'overloaded', httpStatus: 503, retryAfterMs: 1_000 });
    expect(await inFlight).toMatchObject({ status: 'unknown' });
    await unlock();
    await expect.poll(() => ada.event.get.query({ eventId })).toMatchObject({ availableSeats: 99 });
    expect(await faultOf(bob.booking.get.query({ eventId, bookingId }))).toMatchObject({
      fault: 'not_found',
    });
  });

  test("an organizer's change is unknown, too", async () => {
    const eventId = await eventOnSale(olga);
    await lockRow(eventId);
    expect(await olga.event.setCapacity.mutate({ eventId, seatCount: 7 })).toEqual({
      status: 'unknown',
      retryAfterMs: 1_000,
    });
  });

  test('a read is deadline_exceeded', async () => {
    const eventId = await eventOnSale(olga);
    await lockTable();
    expect(await faultOf(ada.event.get.query({ eventId }))).toMatchObject({
      fault: 'deadline_exceeded',
      httpStatus: 504,
    });
  });

  test('what an admin wants to change but cannot even read is deadline_exceeded', async () => {
    const eventId = await eventOnSale(olga);
    const admin = await callerOf(api, 'root', 'admin');
    await lockTable();
    expect(await faultOf(admin.event.close.mutate({ eventId }))).toMatchObject({
      fault: 'deadline_exceeded',
    });
    await unlock();
    expect(await ada.event.get.query({ eventId })).toMatchObject({ status: 'on_sale' });
  });
});
