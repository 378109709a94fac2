import { describe, expect, test } from 'vitest';
import { hasJumped } from '../src/clock.ts';
import { remainingMs } from '../src/deadline.ts';

const periodMs = 5_000;
const begin = { now: 1_000, wallNow: 1_800_000_000_000 };
const after = (steadyMs: number, wallMs: number) => ({
  now: begin.now + steadyMs,
  wallNow: begin.wallNow + wallMs,
});

describe('a look at both clocks', () => {
  test.each([
    ['as far apart as they are meant to be', 5_000, 5_000, false],
    ['of a tab in the background, once a minute', 60_000, 60_001, false],
    ['after a sleep in which the steady clock stood still', 5_000, 3_600_000, true],
    ['after a sleep in which both went on', 3_600_000, 3_600_000, true],
    ['after somebody has set the wall clock back', 5_000, -3_600_000, true],
  ])('%s', (_what, ...[steadyMs, wallMs, isJump]) => {
    expect(hasJumped(begin, after(steadyMs, wallMs), periodMs)).toBe(isJump);
  });
});

describe('how much longer a hold lasts', () => {
  const facts = { id: 'b', eventId: 'e', quantity: 1 };
  // Its date is long past: only the duration counts.
  const expiresAt = '1999-01-01T00:00:00.000Z';
  const booking = { ...facts, status: 'held', expiresAt, expiresInMs: 10_000 } as const;
  const seen = { booking, seenAt: 500 };

  test.each([
    ['all of it, when it was told', 500, 10_000],
    ['less, as time passes', 3_500, 7_000],
    ['nothing, after its end', 99_999, 0],
    ['never more than it was told to', 0, 10_000],
  ])('%s', (_what, now, left) => {
    expect(remainingMs(seen, now)).toBe(left);
  });

  test('nothing, where it is no hold any longer', () => {
    const confirmed = { ...facts, status: 'confirmed', confirmedAt: expiresAt } as const;
    expect(remainingMs({ booking: confirmed, seenAt: 0 }, 1)).toBe(0);
  });
});
