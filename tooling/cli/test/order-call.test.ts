import { HoldfastError, type OrderAnswer } from '@holdfast/client';
import { expect, test } from 'vitest';
import { compare } from '../src/judge/evidence.ts';
import { countOrders, seatsOver, toldBy } from '../src/judge/history.ts';
import type { Call } from '../src/load/call.ts';
import { answersToOrder } from '../src/load/order-call.ts';
import { callOf } from './chaos-call.ts';

type Told = OrderAnswer<'place' | 'confirm' | 'cancel'>;

const lines = [
  { eventId: 'a', quantity: 2 },
  { eventId: 'b', quantity: 1 },
];
const confirmedAt = '2027-01-01T00:00:00.000Z';
const bookings = [
  { id: 'o1', eventId: 'a', quantity: 2, status: 'confirmed' as const, confirmedAt },
  { id: 'o1', eventId: 'b', quantity: 1, status: 'confirmed' as const, confirmedAt },
];
const placed: Told = { id: 'o1', status: 'confirmed', bookings };
const soldOutAtB: Told = {
  status: 'refused',
  reason: 'sold_out',
  message: 'There are not enough seats.',
  eventId: 'b',
  line: 1,
};
const unknown: Told = {
  status: 'unknown',
  retryAfterMs: 1,
  fault: 'database_unavailable',
  message: 'Nobody knows.',
  orderId: 'o1',
};
const overloaded = new HoldfastError(
  {
    fault: 'overloaded',
    code: null,
    httpStatus: 503,
    retryAfterMs: 1,
    fields: [],
    message: 'Too many ask.',
    mayHaveActed: false,
    cause: null,
  },
  false,
);

/** The calls of one order, each line of which is answered by these in turn, the last one again and again. */
async function callsOf(...answers: readonly (Told | Error)[]) {
  const sentIds: (string | undefined)[] = [];
  const answered = await answersToOrder(lines, async (orderId) => {
    sentIds.push(orderId);
    const answer = answers[Math.min(sentIds.length, answers.length) - 1];
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error('No answer.');
    return answer;
  });
  const calls: readonly Call[] = answered.map((answer, index) =>
    callOf({ ...lines[index], ...answer }),
  );
  return { calls, sentIds };
}

function judgedAt(eventId: string, calls: readonly Call[], storedIds: readonly string[]) {
  const told = toldBy(calls.filter((call) => call.eventId === eventId));
  const stored = storedIds.map((id) => {
    const quantity = lines.find((line) => line.eventId === eventId)?.quantity ?? 0;
    return { id, userId: 'ann', quantity, status: 'confirmed' as const };
  });
  return compare(told, stored, 9);
}

test('an order that was acknowledged must be there in each of its events', async () => {
  const { calls } = await callsOf(placed);
  expect(judgedAt('a', calls, ['o1'])).toMatchObject({ lostAcknowledged: [], unexplained: [] });
  expect(judgedAt('b', calls, []).lostAcknowledged).toEqual(['o1']);
  expect(countOrders(calls)).toBe(1);
  expect(countOrders(calls.slice(1))).toBe(0);
});

test('nothing of an order that was refused may be there, and only the named line was sold out', async () => {
  const { calls } = await callsOf(soldOutAtB);
  expect(judgedAt('a', calls, ['o1']).unexplained).toEqual(['o1']);
  expect(seatsOver(calls).refusals).toMatchObject([{ eventId: 'b', quantity: 1 }]);
});

test.each<[string, readonly (Told | Error)[], Partial<Call>['result']]>([
  ['and was placed', [unknown, placed], { status: 'accepted', booking: 'confirmed' }],
  [
    'and a repetition failed',
    [unknown, overloaded, placed],
    { status: 'accepted', booking: 'confirmed' },
  ],
])('who is in doubt asks again under the same id: %s', async (_how, answers, result) => {
  const { calls, sentIds } = await callsOf(...answers);
  expect(sentIds).toEqual([undefined, ...answers.slice(1).map(() => 'o1')]);
  expect(calls).toMatchObject([
    { bookingId: 'o1', result },
    { bookingId: 'o1', result },
  ]);
});

test('an order that no repetition settles counts as unanswered, and may be there or not', async () => {
  const { calls, sentIds } = await callsOf(unknown, overloaded);
  expect(sentIds).toHaveLength(6);
  expect(calls.map(({ result }) => result.status)).toEqual(['unanswered', 'unanswered']);
  expect(judgedAt('a', calls, [])).toMatchObject({ lostAcknowledged: [], unexplained: [] });
  expect(judgedAt('b', calls, ['o1'])).toMatchObject({ lostAcknowledged: [], unexplained: [] });
});

test('a fault at once leaves nothing, and a hold that had lapsed when it was cancelled has no seats', async () => {
  const { calls } = await callsOf(overloaded);
  expect(judgedAt('a', calls, ['o1']).unexplained).toEqual(['o1']);
  const expired = bookings.map(({ confirmedAt: expiredAt, ...booking }) => {
    return { ...booking, status: 'expired' as const, expiredAt };
  });
  const ended = await callsOf({ id: 'o1', status: 'ended', bookings: expired });
  const cancels = ended.calls.map((call) => ({ ...call, type: 'cancel', sentAtMs: 50 }) as const);
  const { occupations } = seatsOver([...(await callsOf(placed)).calls, ...cancels]);
  expect(occupations.map(({ untilMs }) => untilMs)).toEqual([20, 20]);
});
