import { expect, test } from 'vitest';
import { createPlenty } from '../src/admission/plenty.ts';

const standing = { version: 1, quantityPerBookingMax: 10, refusableForMs: 0 };
const with40 = { ...standing, availableSeats: 40 };

test('of an event that this process knows nothing about, seats are not plenty', () => {
  expect(createPlenty({ eventCountMax: 10 }).has('E', 1)).toBe(false);
});

test('twenty times what is asked for is plenty, one seat less is not', () => {
  const plenty = createPlenty({ eventCountMax: 10 });
  plenty.hear('E', with40);
  expect(plenty.has('E', 2)).toBe(true);
  plenty.hear('E', { ...with40, availableSeats: 39 });
  expect(plenty.has('E', 2)).toBe(false);
});

test('what is on its way counts, until it is out', () => {
  const plenty = createPlenty({ eventCountMax: 10 });
  plenty.hear('E', with40);
  plenty.enter('E', 2);
  expect(plenty.has('E', 1)).toBe(false);
  plenty.leave('E', 2);
  expect(plenty.has('E', 1)).toBe(true);
});

test('no more events are kept in mind than it may', () => {
  const plenty = createPlenty({ eventCountMax: 1 });
  plenty.hear('E', with40);
  plenty.hear('F', with40);
  expect(plenty.has('E', 1)).toBe(false);
  expect(plenty.has('F', 1)).toBe(true);
});
