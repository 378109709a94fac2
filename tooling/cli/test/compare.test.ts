import { expect, test } from 'vitest';
import { type Comparison, compare, type StoredBooking, type Told } from '../src/judge/evidence.ts';
import { toldBy } from '../src/judge/history.ts';
import type { Call } from '../src/load/call.ts';
import { confirmed, callsOf, lost, soldOut, unknown } from './crowd-of.ts';

const stored = (index: number, changes: Partial<StoredBooking> = {}): StoredBooking => ({
  id: `booking-${index}`,
  userId: `user-${index}`,
  quantity: 1,
  status: 'confirmed',
  ...changes,
});

const compareWith = (
  calls: readonly Call[],
  bookings: readonly StoredBooking[],
  seatCount: number,
): Comparison => compare(toldBy(calls), bookings, seatCount);

test('what was acknowledged is there, and nothing else: no complaint', () => {
  expect(compareWith(callsOf(confirmed, soldOut), [stored(0)], 1)).toEqual({
    oversold: 0,
    lostAcknowledged: [],
    unexplained: [],
  });
});

test.each<[string, readonly StoredBooking[]]>([
  ['is missing', []],
  ['belongs to somebody else', [stored(0, { userId: 'thief' })]],
  ['has other seats', [stored(0, { quantity: 2 })]],
  ['is only held', [stored(0, { status: 'held' })]],
  ['was cancelled', [stored(0, { status: 'cancelled' })]],
  ['is there twice', [stored(0), stored(0)]],
])('an acknowledged booking that %s is lost', (_how, bookings) => {
  expect(compareWith(callsOf(confirmed), bookings, 9).lostAcknowledged).toEqual(['booking-0']);
});

test('one seat too many is oversold, held or confirmed', () => {
  const calls = callsOf(confirmed, confirmed, unknown);
  const bookings = [stored(0), stored(1), stored(2, { status: 'held' })];
  expect(compareWith(calls, bookings, 2).oversold).toBe(1);
});

test('cancelled and expired bookings take no seat', () => {
  const bookings = [
    stored(0),
    stored(1, { status: 'cancelled' }),
    stored(2, { status: 'expired' }),
  ];
  expect(compareWith(callsOf(confirmed, lost, lost), bookings, 1).oversold).toBe(0);
});

test('a booking of somebody who was refused, or of nobody, is unexplained', () => {
  const bookings = [stored(0), stored(7)];
  expect(compareWith(callsOf(soldOut), bookings, 9).unexplained).toEqual([
    'booking-0',
    'booking-7',
  ]);
});

test('a hold that was not confirmed, of which its owner was told, may be there in any way but confirmed', () => {
  const calls = callsOf(soldOut).map((call) => ({ ...call, bookingId: 'booking-0' }));
  const found = (status: StoredBooking['status']) => compareWith(calls, [stored(0, { status })], 9);
  expect(found('expired').unexplained).toEqual([]);
  expect(found('confirmed').unexplained).toEqual(['booking-0']);
});

test('who was left in doubt, or got an error, may have a booking or not', () => {
  const calls = callsOf(unknown, lost, unknown, lost);
  expect(compareWith(calls, [stored(0), stored(1)], 9)).toMatchObject({
    lostAcknowledged: [],
    unexplained: [],
  });
});

const toldThat = (is: Told['is']): readonly Told[] => [
  { bookingId: 'booking-0', userId: 'user-0', is },
];

test.each<[Told['is'], readonly StoredBooking['status'][]]>([
  ['confirmed', ['confirmed']],
  ['held', ['held', 'expired']],
  ['replaced', ['cancelled', 'expired']],
  ['cancelled', ['cancelled']],
])('a booking that its buyer knows as %s may be %j, and nothing else', (is, right) => {
  const all = ['held', 'confirmed', 'cancelled', 'expired'] as const;
  const accepted = all.filter(
    (status) => compare(toldThat(is), [stored(0, { status })], 9).lostAcknowledged.length === 0,
  );
  expect(accepted.toSorted()).toEqual(right.toSorted());
  expect(compare(toldThat(is), [], 9).lostAcknowledged).toEqual(['booking-0']);
});
