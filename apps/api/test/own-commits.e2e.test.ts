import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { callerOf, eventOnSale, startApi } from './api.ts';

test('what a process has committed it shows at once, cached before or not, and relayed or not', async () => {
  const api = await startApi();
  const eventId = await eventOnSale(await callerOf(api, 'olga', 'organizer'));
  const ada = await callerOf(api, 'ada', 'user');
  const seats = async () => (await ada.event.get.query({ eventId })).availableSeats;
  expect(await seats()).toBe(100);
  await ada.booking.book.mutate({ eventId, bookingId: randomUUID(), quantity: 1 });
  expect(await seats()).toBe(99);
  await api.stop();
});
