import { expect, test } from 'vitest';
import { requireFence, requirePrefix, standingKeyOf } from '../src/keys.ts';

const eventId = '01997f00-0000-7000-8000-00000000000a';

test('the key of an event has its hash tag', () => {
  expect(standingKeyOf('holdfast', eventId)).toBe(`holdfast:{event:${eventId}}:standing`);
});

test.each([
  ['', 'an empty one'],
  [eventId.toUpperCase(), 'one in capitals'],
  [`${eventId}\n`, 'one with a line break'],
  [`${eventId}}:standing{`, 'one that closes the hash tag'],
  ['*', 'a pattern'],
])('%j is no event id: %s', (forged) => {
  expect(() => standingKeyOf('holdfast', forged)).toThrow(RangeError);
});

const unfit = ['', '*', 'a:b', 'a{b}', 'a b', 'a\n', 'x'.repeat(129)];

test.each(unfit)('%j is no prefix', (prefix) => {
  expect(() => requirePrefix(prefix)).toThrow(RangeError);
});

test.each(unfit)('%j is no fence', (fence) => {
  expect(() => requireFence(fence)).toThrow(RangeError);
});

test.each([eventId, 'a-B_9', 'x'.repeat(128)])('%j is a prefix, and a fence', (name) => {
  expect(() => requirePrefix(name)).not.toThrow();
  expect(requireFence(name)).toBe(name);
});
