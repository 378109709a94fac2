import { expect, test } from 'vitest';
import { tally } from '../src/load/tally.ts';
import { confirmed, historyOf, lost, soldOut, unknown } from './crowd-of.ts';

test('everyone is counted once: users = confirmed + refused + errors + unknown', () => {
  const counted = tally(historyOf(confirmed, soldOut, unknown, lost, soldOut));
  expect(counted).toMatchObject({ users: 5, confirmed: 1, refused: 2, errors: 1, unknown: 1 });
});

test('refusals are counted by reason and errors by cause, the most frequent first', () => {
  const notOpen = { status: 'refused', reason: 'not_on_sale' } as const;
  const timeout = { status: 'error', cause: 'timeout' } as const;
  const counted = tally(historyOf(notOpen, soldOut, soldOut, timeout, lost, lost));
  expect(Object.entries(counted.refusedByReason)).toEqual([
    ['sold_out', 2],
    ['not_on_sale', 1],
  ]);
  expect(Object.entries(counted.errorsByCause)).toEqual([
    ['connection_lost', 2],
    ['timeout', 1],
  ]);
});
