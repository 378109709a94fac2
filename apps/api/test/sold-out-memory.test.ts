import { expect, test } from 'vitest';
import { createSoldOutMemory, soldOutFrom } from '../src/admission/sold-out-memory.ts';

const soldOut = { base: 1, limit: 10, untilMs: 1_050 };

test('a no is repeated for more seats than there are, within the limit, until its time is up', () => {
  const memory = createSoldOutMemory({ eventCountMax: 10 });
  memory.remember('E', soldOut);
  const asked = [1, 2, 10, 11].map((quantity) => memory.refuses('E', quantity, 1_049));
  expect(asked).toEqual([false, true, true, false]);
  expect(memory.refuses('F', 2, 1_049)).toBe(false);
  expect(memory.refuses('E', 2, 1_050)).toBe(false);
  expect(memory.refuses('E', 2, 1_049)).toBe(false);
});

test('a no that is forgotten is not repeated', () => {
  const memory = createSoldOutMemory({ eventCountMax: 10 });
  memory.remember('E', soldOut);
  memory.forget('E');
  expect(memory.refuses('E', 2, 1_000)).toBe(false);
});

test('the event whose no was not renewed for the longest time is forgotten first', () => {
  const memory = createSoldOutMemory({ eventCountMax: 2 });
  for (const eventId of ['E', 'F', 'E', 'G']) memory.remember(eventId, soldOut);
  expect(['E', 'F', 'G'].map((eventId) => memory.refuses(eventId, 2, 0))).toEqual([
    true,
    false,
    true,
  ]);
});

const answer = { asOfMs: 5, base: 0, limit: 10, noForMs: 40, waitMs: 0 };

test('only a no is remembered, for less than it holds, counted from when it was asked for', () => {
  expect(soldOutFrom({ ...answer, verdicts: ['admitted', 'undecided'] }, 1_000)).toBeNull();
  expect(soldOutFrom({ ...answer, verdicts: ['admitted', 'sold_out'] }, 1_000)).toEqual({
    base: 0,
    limit: 10,
    untilMs: 1_039,
  });
  const long = { ...answer, noForMs: 900, verdicts: ['sold_out'] } as const;
  expect(soldOutFrom(long, 1_000)?.untilMs).toBe(1_049);
});
