import { expect, test } from 'vitest';
import { readAnswer } from '../src/load/answer.ts';

const bookingId = '0197f0a0-0000-7000-8000-000000000001';
const body = (data: object) => JSON.stringify({ result: { data } });
const read = (text: string) => readAnswer(text, bookingId);

test('a booking counts where it is the one that was asked for', () => {
  const data = { id: bookingId, eventId: 'e', quantity: 1, status: 'confirmed' };
  expect(read(body(data))).toBe('confirmed');
  const another = bookingId.replace('1', '2');
  expect(read(body({ ...data, id: another, eventId: bookingId }))).toBe('failed');
});

test('only sold_out is a refusal that was meant to be', () => {
  expect(read(body({ status: 'refused', reason: 'sold_out' }))).toBe('sold_out');
  expect(read(body({ status: 'refused', reason: 'event_not_found' }))).toBe('failed');
});

test('plain HTTP is read, too, and a booking is known by its own id, not by that of its event', () => {
  const sale = { booking_id: bookingId, event_id: 'e', seat_count: 1, status: 'confirmed' };
  expect(read(JSON.stringify(sale))).toBe('confirmed');
  expect(read(JSON.stringify({ ...sale, booking_id: 'b', event_id: bookingId }))).toBe('failed');
  const problem = (error: string) =>
    JSON.stringify({ type: `urn:holdfast:problem:${error}`, status: 409, error });
  expect(read(problem('sold_out'))).toBe('sold_out');
  expect(read(problem('bookings_over_limit'))).toBe('failed');
});

test('events and lists are reads', () => {
  expect(read(body({ id: 'e', availableSeats: 3 }))).toBe('read');
  expect(read(body({ items: [], nextCursor: null }))).toBe('read');
});

test('whatever cannot be read has failed, however fast it came', () => {
  const fault = JSON.stringify({ error: { message: '"status":"confirmed"' } });
  for (const text of ['', '<html>Bad Gateway</html>', fault, body({ status: 'unknown' })]) {
    expect(read(text)).toBe('failed');
  }
});
