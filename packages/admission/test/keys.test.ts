import { expect, test } from 'vitest';
import { keysOf, membersOf, requirePrefix } from '../src/keys.ts';

const eventId = '01997f00-0000-7000-8000-00000000000a';

test('all keys of an event share its hash tag', () => {
  expect(keysOf('holdfast', eventId)).toEqual([
    `holdfast:{event:${eventId}}:state`,
    `holdfast:{event:${eventId}}:leases`,
  ]);
});

test.each([
  ['', 'an empty one'],
  [eventId.toUpperCase(), 'one in capitals'],
  [`${eventId}\n`, 'one with a line break'],
  [`${eventId}}:state{`, 'one that closes the hash tag'],
  ['*', 'a pattern'],
])('%j is no event id: %s', (forged) => {
  expect(() => keysOf('holdfast', forged)).toThrow(RangeError);
});

test.each(['', 'a:b', 'a{b}', 'a b', 'a\n', 'x'.repeat(129)])('%j is no prefix', (prefix) => {
  expect(() => requirePrefix(prefix)).toThrow(RangeError);
});

test.each([
  { leaseId: '', quantity: 1 },
  { leaseId: 'a:9', quantity: 1 },
  { leaseId: 'a\n', quantity: 1 },
  { leaseId: 'x'.repeat(65), quantity: 1 },
  { leaseId: 'a', quantity: -1 },
  { leaseId: 'a', quantity: 1.5 },
  { leaseId: 'a', quantity: Number.NaN },
  { leaseId: 'a', quantity: 2 ** 31 },
])('$leaseId for $quantity is no lease', (lease) => {
  expect(() => membersOf([lease], 1)).toThrow(RangeError);
});

test('a lease is named by its id and its quantity', () => {
  const asks = [
    { leaseId: 'a', quantity: 2 },
    { leaseId: 'b', quantity: 0 },
  ];
  expect(membersOf(asks, 2)).toEqual(['a:2', 'b:0']);
  expect(() => membersOf(asks, 1)).toThrow('At most 1 in one call, not 2');
});
