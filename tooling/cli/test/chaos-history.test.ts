import { expect, test } from 'vitest';
import type { Call, Result } from '../src/load/call.ts';
import { seatsOver, toldBy } from '../src/judge/history.ts';
import {
  callOf,
  cancelled,
  confirmed,
  cut,
  held,
  overloaded,
  soldOut,
  unknown,
  unreachable,
} from './chaos-call.ts';

const cancelOf = (result: Result) =>
  callOf({ type: 'cancel', sentAtMs: 50, answeredAtMs: 60, result });

test.each<[string, Result, Result | null, string]>([
  ['confirmed', confirmed, null, 'confirmed'],
  ['held', held, null, 'held'],
  ['confirmed, and then cancelled', confirmed, cancelled, 'cancelled'],
  ['confirmed, and nobody knows whether cancelled', confirmed, unknown, 'unsure'],
  ['confirmed, and the cancellation was cut', confirmed, cut, 'unsure'],
  ['confirmed, and the cancellation certainly failed', confirmed, overloaded, 'confirmed'],
  ['confirmed, and the cancellation was refused', confirmed, soldOut, 'confirmed'],
  ['unknown', unknown, null, 'unsure'],
  ['cut', cut, null, 'unsure'],
  ['unknown, and then cancelled', unknown, cancelled, 'cancelled'],
])('who was told "%s" may rely on that', (_told, ...[claim, cancel, is]) => {
  const calls = [callOf({ result: claim }), ...(cancel ? [cancelOf(cancel)] : [])];
  expect(toldBy(calls)).toEqual([{ bookingId: 'b1', userId: 'ann', quantity: 1, is }]);
});

/** As the answer to a call that was sent again shows a hold that was made and has lapsed. */
const lapsed: Result = { status: 'refused', reason: 'expired' };

const confirmOf = (result: Result) => callOf({ type: 'confirm', sentAtMs: 50, result });
const replacementOf = (result: Result) =>
  callOf({ type: 'reserve', bookingId: 'b2', replaces: 'b1', sentAtMs: 50, result });

test.each<[string, Call, string]>([
  ['held, and then paid for', confirmOf(confirmed), 'confirmed'],
  ['held, and too late with the money', confirmOf(soldOut), 'held'],
  ['held, and nobody knows whether paid for', confirmOf(unknown), 'unsure'],
  ['held, and then replaced', replacementOf(held), 'replaced'],
  ['held, and replaced by one that has lapsed', replacementOf(lapsed), 'replaced'],
  ['held, and the replacement was refused', replacementOf(soldOut), 'held'],
  ['held, and the replacement was cut', replacementOf(cut), 'unsure'],
])('who was told "%s" may rely on that', (_told, followUp, is) => {
  const told = toldBy([callOf({ type: 'reserve', result: held }), followUp]);
  expect(told.find(({ bookingId }) => bookingId === 'b1')).toMatchObject({ is });
});

const laterOf = (type: 'changeQuantity' | 'transfer' | 'accept' | 'extend', more: Partial<Call>) =>
  callOf({ type, sentAtMs: 50, ...more });

test.each<[string, Call, object]>([
  [
    'grown',
    laterOf('changeQuantity', { quantity: 3, result: confirmed }),
    { userId: 'ann', quantity: 3, is: 'confirmed' },
  ],
  [
    'refused to grow',
    laterOf('changeQuantity', { quantity: 3, result: soldOut }),
    { userId: 'ann', quantity: 1, is: 'confirmed' },
  ],
  [
    'in doubt whether it grew',
    laterOf('changeQuantity', { quantity: 3, result: unknown }),
    { is: 'unsure' },
  ],
  [
    'offered to somebody else',
    laterOf('transfer', { result: confirmed }),
    { userId: 'ann', quantity: 1, is: 'confirmed' },
  ],
  [
    'accepted by somebody else',
    laterOf('accept', { userId: 'bob', result: confirmed }),
    { userId: 'bob', quantity: 1, is: 'confirmed' },
  ],
  [
    'in doubt whether somebody else has it',
    laterOf('accept', { userId: 'bob', result: cut }),
    { is: 'unsure' },
  ],
])('a sale that was %s', (_what, later, told) => {
  expect(toldBy([callOf({ result: confirmed }), later])).toMatchObject([told]);
});

test.each([soldOut, overloaded, unreachable])(
  'who was told that nothing was done has no booking, and one in the database is unexplained: %o',
  (result) => {
    expect(toldBy([callOf({ bookingId: null, result })])).toEqual([]);
  },
);

test('seats may be taken from the sending of the claim until the answer to the cancellation', () => {
  const { occupations } = seatsOver([callOf({}), cancelOf(cancelled)]);
  expect(occupations).toEqual([{ eventId: 'event', quantity: 1, fromMs: 10, untilMs: 60 }]);
});

test.each([cut, unknown, overloaded, soldOut])(
  'a cancellation that was not acknowledged frees nothing for certain: %o',
  (result) => {
    const { occupations } = seatsOver([callOf({}), cancelOf(result)]);
    expect(occupations).toMatchObject([{ untilMs: Infinity }]);
  },
);

test('a claim in doubt may have taken seats, one that was refused has not', () => {
  const calls = [callOf({ result: unknown }), callOf({ bookingId: null, result: soldOut })];
  expect(seatsOver(calls)).toMatchObject({
    refusals: [{ eventId: 'event', quantity: 1, sentAtMs: 10, answeredAtMs: 20 }],
    occupations: [{ fromMs: 10, untilMs: Infinity }],
  });
});
