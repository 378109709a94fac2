import { describe, expect, test } from 'vitest';
import type { BookingExpired, BookingHeld, Confirm, Transition } from '@holdfast/domain';
import { given, onSale } from '@holdfast/domain/testing';

const late: Confirm = {
  type: 'confirm',
  bookingId: 'b1',
  userId: 'ann',
  ifLapsed: 'reacquire',
};
const facts = { bookingId: 'b1', userId: 'ann', quantity: 2, ordinal: 1 };

function held(more: Partial<BookingHeld> = {}): BookingHeld {
  return { ...facts, type: 'booking_held', at: 100, expiresAt: 1_000, ...more };
}

function expired(more: Partial<BookingExpired> = {}): BookingExpired {
  return { ...facts, type: 'booking_expired', at: 1_500, expiresAt: 1_000, ...more };
}

const swept = [held(), expired()];
const confirmed: Transition = {
  ...facts,
  type: 'booking_confirmed',
  at: 2_000,
  from: 'expired',
  before: { ordinal: 1 },
};
const ofBob = held({ bookingId: 'of bob', userId: 'bob', quantity: 9, expiresAt: 60_000 });

describe('confirm of a hold that has lapsed', () => {
  test('is refused, unless its seats may be taken again', () => {
    const { ifLapsed: _, ...plain } = late;
    for (const history of [[held()], swept]) {
      given([...onSale(), ...history])
        .when(plain, 2_000)
        .thenRefused('hold_lapsed');
      given([...onSale(), ...history])
        .when({ ...plain, ifLapsed: 'refuse' }, 2_000)
        .thenRefused('hold_lapsed');
    }
  });

  test('sells its seats where they are free, swept or not', () => {
    given([...onSale(), ...swept])
      .when(late, 2_000)
      .then([confirmed]);
    given([...onSale(), held()])
      .when(late, 2_000)
      .then([{ ...facts, type: 'booking_confirmed', at: 2_000, from: 'held' }]);
  });

  test('is refused where somebody has them by now', () => {
    given([...onSale(), ...swept, ofBob])
      .when(late, 2_000)
      .thenRefused('hold_lapsed');
  });

  test('takes the seats of other holds that have lapsed, where it needs them', () => {
    const lapsed = held({ bookingId: 'of cat', userId: 'cat', quantity: 9, expiresAt: 1_900 });
    const { decision } = given([...onSale(), ...swept, lapsed]).when(late, 2_000);
    expect(decision).toMatchObject({
      status: 'accepted',
      booking: { id: 'b1', status: 'confirmed' },
      transitions: [{ type: 'booking_expired', bookingId: 'of cat' }, confirmed],
    });
  });

  test('repeated, as webhooks are, changes nothing', () => {
    const again = given([...onSale(), ...swept, confirmed]).when(late, 3_000);
    again.thenUnchanged();
    expect(again.decision).toMatchObject({ booking: { status: 'confirmed', confirmedAt: 2_000 } });
  });

  test('is refused where the policy allows its user no further booking', () => {
    const second = held({ bookingId: 'b2', expiresAt: 60_000 });
    given([...onSale(), ...swept, second])
      .when(late, 2_000)
      .thenRefused('hold_lapsed');
    const policy = { activeBookingsPerUserMax: 2 };
    given([...onSale({ policy }), ...swept, second])
      .when(late, 2_000)
      .then([{ ...confirmed, ordinal: 2 }]);
    const third = held({ bookingId: 'b3', ordinal: 2, expiresAt: 1_900 });
    given([...onSale({ policy }), ...swept, second, third])
      .when(late, 2_000)
      .thenRefused('hold_lapsed');
  });

  test('is a claim like another: what is not on sale is not sold', () => {
    for (const as of ['closed', 'cancelled'] as const) {
      const ended: Transition = { type: 'event_closed', at: 1_700, as };
      given([...onSale(), ...swept, ended])
        .when(late, 2_000)
        .thenRefused('hold_lapsed');
    }
    const saleWindow = { opensAt: null, closesAt: 1_800 };
    given([...onSale({ saleWindow }), held()])
      .when(late, 2_000)
      .thenRefused('hold_lapsed');
  });

  test('asks for no pause, since its hold ends in a sale', () => {
    const policy = { holdPauseMs: 60_000 };
    given([...onSale({ policy }), ...swept])
      .when(late, 2_000)
      .then([confirmed]);
  });

  test('of somebody else is as one that does not exist', () => {
    given([...onSale(), ...swept])
      .when({ ...late, userId: 'eve' }, 2_000)
      .thenRefused('booking_not_found');
  });

  test('is a sale like another from then on', () => {
    const cancel = { type: 'cancel', bookingId: 'b1', userId: 'ann' } as const;
    const sold = [...onSale(), ...swept, confirmed];
    const { decision } = given(sold).when(cancel, 3_000);
    expect(decision).toMatchObject({
      booking: { status: 'cancelled', from: 'confirmed' },
      transitions: [{ type: 'booking_cancelled', from: 'confirmed' }],
    });
  });
});

describe('confirm of what was cancelled', () => {
  test('is refused, whatever its hold was', () => {
    const cancelled: Transition = {
      ...facts,
      type: 'booking_cancelled',
      at: 500,
      from: 'held',
      by: 'user',
    };
    given([...onSale(), held(), cancelled])
      .when(late, 2_000)
      .thenRefused('booking_cancelled');
  });
});
