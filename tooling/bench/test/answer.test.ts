import { expect, test } from 'vitest';
import { readAnswer } from '../src/load/answer.ts';

const bookingId = '0197f0a0-0000-7000-8000-000000000001';
const body = (data: object) => JSON.stringify({ result: { data } });

test('a booking is named by its id', () => {
  const data = { id: bookingId, eventId: 'e', quantity: 1, status: 'confirmed' };
  expect(readAnswer(body(data))).toEqual({ status: 'confirmed', bookingId });
});

test('only sold_out is a refusal that was meant to be', () => {
  expect(readAnswer(body({ status: 'refused', reason: 'sold_out' })).status).toBe('sold_out');
  expect(readAnswer(body({ status: 'refused', reason: 'event_not_found' })).status).toBe('failed');
});

test('plain HTTP is read, too, and a booking named by its own id, not by that of its event', () => {
  const sale = { booking_id: bookingId, event_id: 'e', seat_count: 1, status: 'confirmed' };
  expect(readAnswer(JSON.stringify(sale))).toEqual({ status: 'confirmed', bookingId });
  const problem = (error: string) =>
    JSON.stringify({ type: `urn:holdfast:problem:${error}`, status: 409, error });
  expect(readAnswer(problem('sold_out')).status).toBe('sold_out');
  expect(readAnswer(problem('bookings_over_limit')).status).toBe('failed');
});

test('events and lists are reads', () => {
  expect(readAnswer(body({ id: 'e', availableSeats: 3 })).status).toBe('read');
  expect(readAnswer(body({ items: [], nextCursor: null })).status).toBe('read');
});

test('whatever cannot be read has failed, however fast it came', () => {
  const fault = JSON.stringify({ error: { message: '"status":"confirmed"' } });
  for (const text of ['', '<html>Bad Gateway</html>', fault, body({ status: 'unknown' })]) {
    expect(readAnswer(text).status).toBe('failed');
  }
});
