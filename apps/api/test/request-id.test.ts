import { expect, test } from 'vitest';
import { requestIdOf } from '../src/http/request-id.ts';

test('a plain request id of the caller is kept', () => {
  expect(requestIdOf({ headers: { 'x-request-id': 'shop-42:a.b_c' } })).toBe('shop-42:a.b_c');
});

test.each([undefined, '', 'a b', 'a\nb', '"}', 'x'.repeat(65), 'ä'])(
  'a request without a plain id gets a new one: %j',
  (given) => {
    const first = requestIdOf({ headers: { 'x-request-id': given } });
    expect(first).toMatch(/^[\da-f-]{36}$/);
    expect(requestIdOf({ headers: { 'x-request-id': given } })).not.toBe(first);
  },
);
