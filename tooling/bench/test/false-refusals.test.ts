import { expect, test } from 'vitest';
import { countFalseRefusals } from '../src/load/crowd/false-refusals.ts';
import type { AnswerKind, Call } from '../src/load/crowd/record.ts';

function call(kind: AnswerKind, sentAtMs: number, endedAtMs: number): Call {
  return { kind, sentAtMs, endedAtMs };
}

test('a refusal is false where a seat was free for the whole duration of the call', () => {
  expect(countFalseRefusals([call('sold_out', 1, 2)], 1)).toBe(1);
  const cancelled = [call('booked', 0, 1), call('cancelled', 2, 5)];
  expect(countFalseRefusals([...cancelled, call('sold_out', 5, 6)], 1)).toBe(1);
});

test('a refusal is not accused where the seat may have been taken when it was said', () => {
  const sold = call('booked', 3, 9);
  expect(countFalseRefusals([sold, call('sold_out', 2, 4)], 1)).toBe(0);
  expect(countFalseRefusals([sold, call('sold_out', 4, 5)], 1)).toBe(0);
  // Nobody heard the answer: it may be a booking.
  expect(countFalseRefusals([call('broken', 3, 9), call('sold_out', 4, 5)], 1)).toBe(0);
});

test('a seat counts as given back from when its cancel was answered, not from when it was sent', () => {
  const cancelled = [call('booked', 0, 1), call('cancelled', 2, 5)];
  expect(countFalseRefusals([...cancelled, call('sold_out', 3, 6)], 1)).toBe(0);
});

test('each stretch with free seats is looked at for itself', () => {
  const calls = [
    call('booked', 0, 1),
    call('cancelled', 2, 4),
    call('booked', 8, 9),
    call('cancelled', 10, 12),
    call('sold_out', 5, 7),
    call('sold_out', 7, 13),
    call('sold_out', 13, 14),
  ];
  expect(countFalseRefusals(calls, 1)).toBe(2);
});
