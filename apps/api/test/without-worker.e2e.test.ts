import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Caller, callerOf, eventOnSale, startApi, type TestApi } from './api.ts';

const patienceMs = 20_000;

let api: TestApi;
let olga: Caller;
let ada: Caller;
beforeAll(async () => {
  api = await startApi();
  olga = await callerOf(api, 'olga', 'organizer');
  ada = await callerOf(api, 'ada', 'user');
});
afterAll(() => api.stop());

const brief = { policy: { holdDurationMs: 100 } };

describe('with no worker at all', () => {
  test('lapsed holds are shown as free, by event.get and in lists, and are', async () => {
    const eventId = await eventOnSale(olga, brief);
    await ada.booking.reserve.mutate({ eventId, bookingId: randomUUID(), quantity: 3 });
    const shown = async () => {
      const { availableSeats, heldSeats } = await ada.event.get.query({ eventId, maxAgeMs: 0 });
      const { items } = await olga.event.list.query({ mine: true, maxAgeMs: 0, limit: 100 });
      const listed = items.find(({ id }) => id === eventId);
      return [availableSeats, heldSeats, listed?.availableSeats, listed?.heldSeats];
    };
    await expect.poll(shown, { timeout: patienceMs }).toEqual([100, 0, 100, 0]);
    const row = await api.database.pool.query('select held_seats from events where id = $1', [
      eventId,
    ]);
    expect(row.rows).toEqual([{ held_seats: 3 }]);
  });

  test('health says that it is ready, and what is behind', async () => {
    const { status, notes } = await ada.health.ready.query();
    expect(status).toBe('ready');
    expect(Array.isArray(notes)).toBe(true);
  });
});
