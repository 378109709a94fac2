import { expect, test } from 'vitest';
import { tally } from '../src/judge/tally.ts';
import { confirmed, callsOf, lost, soldOut, unknown } from './crowd-of.ts';

test('everyone is counted once: users = confirmed + refused + errors + unknown', () => {
  const counted = tally(callsOf(confirmed, soldOut, unknown, lost, soldOut));
  expect(counted).toMatchObject({ users: 5, confirmed: 1, refused: 2, errors: 1, unknown: 1 });
});

test('refusals are counted by reason and errors by cause, the most frequent first', () => {
  const notOpen = { status: 'refused', reason: 'not_on_sale' } as const;
  const overloaded = { status: 'fault', fault: 'overloaded' } as const;
  const counted = tally(callsOf(notOpen, soldOut, soldOut, overloaded, lost, lost));
  expect(Object.entries(counted.refusedByReason)).toEqual([
    ['sold_out', 2],
    ['not_on_sale', 1],
  ]);
  expect(Object.entries(counted.errorsByCause)).toEqual([
    ['network', 2],
    ['overloaded', 1],
  ]);
});
