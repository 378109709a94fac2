import type { BookingConfirmed, BookingHeld, Transition, Update } from '@holdfast/domain';
import { given, onSale } from '@holdfast/domain/testing';
import { describe, expect, test } from 'vitest';

const facts = { bookingId: 'b1', userId: 'ann', quantity: 2, ordinal: 1 };
const held: BookingHeld = { type: 'booking_held', at: 0, ...facts, expiresAt: 60_000 };
const sold: BookingConfirmed = { type: 'booking_confirmed', at: 10, ...facts, from: 'held' };
const cancel = { type: 'cancel', bookingId: 'b1', userId: 'ann' } as const;
const returned = (at: number, from: 'held' | 'confirmed'): Transition => ({
  type: 'booking_cancelled',
  at,
  ...facts,
  from,
  by: 'user',
});

/** An event at 10,000 whose users may cancel until 8,000. */
const strict = onSale({ date: 10_000, policy: { cancelDeadlineMs: 2_000 } });
const moveTo = (date: number): Update => ({
  type: 'update',
  organizerId: 'organizer',
  title: null,
  date,
  saleWindow: null,
  policy: null,
});

describe('where the policy has a cancel deadline', () => {
  test('what is sold can be given back before it, and not from it on', () => {
    const history = [...strict, held, sold];
    given(history)
      .when(cancel, 7_999)
      .then([returned(7_999, 'confirmed')]);
    given(history).when(cancel, 8_000).thenRefused('cancel_deadline_passed');
  });

  test('a hold can be given back at any time', () => {
    given([...strict, held])
      .when(cancel, 9_000)
      .then([returned(9_000, 'held')]);
  });

  test('what was given back in time stays so when that is repeated', () => {
    const history = [...strict, held, sold, returned(20, 'confirmed')];
    given(history).when(cancel, 9_000).thenUnchanged();
  });

  test('it moves with the date', () => {
    const { decision } = given([...strict, held, sold]).when(moveTo(20_000), 9_000);
    if (decision.status === 'refused') throw new Error(decision.reason);
    const moved = given([...strict, held, sold, ...decision.transitions]);
    expect(moved.when(cancel, 17_999).decision.status).toBe('accepted');
    moved.when(cancel, 18_000).thenRefused('cancel_deadline_passed');
  });

  test('of 0, it is the date itself', () => {
    const history = [...onSale({ date: 10_000, policy: { cancelDeadlineMs: 0 } }), held, sold];
    expect(given(history).when(cancel, 9_999).decision.status).toBe('accepted');
    given(history).when(cancel, 10_000).thenRefused('cancel_deadline_passed');
  });

  test('another user hears nothing of it', () => {
    given([...strict, held, sold])
      .when({ ...cancel, userId: 'bob' }, 9_000)
      .thenRefused('booking_not_found');
  });
});

test('without a deadline what is sold can be given back after the date, too', () => {
  const { decision } = given([...onSale({ date: 10_000 }), held, sold]).when(cancel, 99_000);
  expect(decision.status).toBe('accepted');
});
