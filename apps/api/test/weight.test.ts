import { expect, test } from 'vitest';
import { weightOf } from '../src/rates/weight.ts';

const post = (url: string, bodyBytes: number) =>
  weightOf({ url, headers: { 'content-length': String(bodyBytes) } });

test('a request counts as its calls, whatever its query says', () => {
  expect(weightOf({ url: '/trpc/event.get?input=1,2', headers: {} })).toBe(1);
  expect(post('/trpc/booking.book', 150)).toBe(1);
  expect(post(`/trpc/booking.book${',booking.book'.repeat(19)}?batch=1`, 3_000)).toBe(20);
});

test('each 4 kB of a body count as one call more, up to a bound', () => {
  expect(post('/trpc/booking.book', 4_095)).toBe(1);
  expect(post('/trpc/booking.book', 65_000)).toBe(16);
  expect(post('/trpc/booking.book', 1e15)).toBe(101);
});

test('a body that does not say its length counts as its call', () => {
  expect(weightOf({ url: '/api/bookings', headers: { 'transfer-encoding': 'chunked' } })).toBe(1);
});
