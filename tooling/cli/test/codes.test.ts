import { expect, test } from 'vitest';
import { codeLifetimeMs, createCodes } from '../src/development/codes.ts';

test('a code is good once, and no other text is', () => {
  const codes = createCodes();
  const [one, other] = [codes.issue(), codes.issue()];
  expect(one).toMatch(/^[\w-]{43}$/);
  expect(['', `${one}a`, one, one, other, other].map((code) => codes.spend(code))).toEqual([
    false,
    false,
    true,
    false,
    true,
    false,
  ]);
});

test('a code that was not used in time is good for nothing', () => {
  let nowMs = 0;
  const codes = createCodes(() => nowMs);
  const [early, late] = [codes.issue(), codes.issue()];
  nowMs = codeLifetimeMs - 1;
  expect(codes.spend(early)).toBe(true);
  nowMs = codeLifetimeMs;
  expect(codes.spend(late)).toBe(false);
});

test('who asks for more and more codes makes the oldest useless, and keeps the newest', () => {
  const codes = createCodes();
  const issued = Array.from({ length: 12 }, () => codes.issue());
  expect(issued.map((code) => codes.spend(code))).toEqual([
    false,
    false,
    ...Array.from({ length: 10 }, () => true),
  ]);
});
