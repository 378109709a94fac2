import { expect, test } from 'vitest';
import {
  type Comparison,
  compare,
  type StoredBooking,
  type Told,
  toldIn,
} from '../src/evidence.ts';
import type { History } from '../src/load/load.ts';
import { confirmed, historyOf, lost, soldOut, unknown } from './crowd-of.ts';

const stored = (index: number, changes: Partial<StoredBooking> = {}): StoredBooking => ({
  id: `booking-${index}`,
  userId: `user-${index}`,
  quantity: 1,
  status: 'confirmed',
  ...changes,
});

const compareWith = (
  history: History,
  bookings: readonly StoredBooking[],
  seatCount: number,
): Comparison => compare(toldIn(history), bookings, seatCount);

test('what was acknowledged is there, and nothing else: no complaint', () => {
  expect(compareWith(historyOf(confirmed, soldOut), [stored(0)], 1)).toEqual({
    oversold: 0,
    lostAcknowledged: [],
    unexplained: [],
  });
});

test.each<[string, readonly StoredBooking[]]>([
  ['is missing', []],
  ['belongs to somebody else', [stored(0, { userId: 'thief' })]],
  ['is only held', [stored(0, { status: 'held' })]],
  ['was cancelled', [stored(0, { status: 'cancelled' })]],
  ['is there twice', [stored(0), stored(0)]],
])('an acknowledged booking that %s is lost', (_how, bookings) => {
  expect(compareWith(historyOf(confirmed), bookings, 9).lostAcknowledged).toEqual(['booking-0']);
});

test('one seat too many is oversold, held or confirmed', () => {
  const history = historyOf(confirmed, confirmed, unknown);
  const bookings = [stored(0), stored(1), stored(2, { status: 'held' })];
  expect(compareWith(history, bookings, 2).oversold).toBe(1);
});

test('cancelled and expired bookings take no seat', () => {
  const bookings = [
    stored(0),
    stored(1, { status: 'cancelled' }),
    stored(2, { status: 'expired' }),
  ];
  expect(compareWith(historyOf(confirmed, lost, lost), bookings, 1).oversold).toBe(0);
});

test('a booking of somebody who was refused, or of nobody, is unexplained', () => {
  const bookings = [stored(0), stored(7)];
  expect(compareWith(historyOf(soldOut), bookings, 9).unexplained).toEqual([
    'booking-0',
    'booking-7',
  ]);
});

test('who was left in doubt, or got an error, may have a booking or not', () => {
  const history = historyOf(unknown, lost, unknown, lost);
  expect(compareWith(history, [stored(0), stored(1)], 9)).toMatchObject({
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
  ['cancelled', ['cancelled']],
])('a booking that its buyer knows as %s may be %j, and nothing else', (is, right) => {
  const all = ['held', 'confirmed', 'cancelled', 'expired'] as const;
  const accepted = all.filter(
    (status) => compare(toldThat(is), [stored(0, { status })], 9).lostAcknowledged.length === 0,
  );
  expect(accepted.toSorted()).toEqual(right.toSorted());
  expect(compare(toldThat(is), [], 9).lostAcknowledged).toEqual(['booking-0']);
});
