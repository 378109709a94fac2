import {
  type Book,
  type BookingCancelled,
  type BookingHeld,
  decideGroup,
  type Reserve,
  type Transition,
} from '@holdfast/domain';
import { given, onSale } from '@holdfast/domain/testing';
import { describe, expect, test } from 'vitest';

const ann = { bookingId: 'b0', userId: 'ann' };
const facts = { ...ann, quantity: 1, ordinal: 1 };
const held: BookingHeld = { type: 'booking_held', at: 0, ...facts, expiresAt: 1_000 };
const swept: Transition = { type: 'booking_expired', at: 1_300, ...facts, expiresAt: 1_000 };
const givenBack: BookingCancelled = {
  type: 'booking_cancelled',
  at: 400,
  ...facts,
  from: 'held',
  by: 'user',
};
const sold: Transition = { type: 'booking_confirmed', at: 300, ...facts, from: 'held' };
const returned: Transition = { ...givenBack, from: 'confirmed' };

const again: Reserve = { type: 'reserve', bookingId: 'b1', userId: 'ann', quantity: 1 };
const bookAgain: Book = { ...again, type: 'book' };

const pausing = onSale({ total: 1, policy: { holdDurationMs: 1_000, holdPauseMs: 500 } });

describe('where the policy has a pause, a user whose hold', () => {
  test.each([
    ['lapsed', [held], 1_000],
    ['lapsed and was swept later', [held, swept], 1_300],
    ['was given back', [held, givenBack], 400],
  ])('%s takes no seat until it is over', (_, history, now) => {
    for (const command of [again, bookAgain]) {
      given([...pausing, ...history])
        .when(command, now)
        .thenRefused('hold_paused');
    }
  });

  test('lapsed waits from the lapse on, swept or not', () => {
    for (const history of [[held], [held, swept]]) {
      const lapsed = given([...pausing, ...history]);
      lapsed.when(again, 1_499).thenRefused('hold_paused');
      expect(lapsed.when(again, 1_500).decision).toMatchObject({ status: 'accepted' });
    }
  });

  test('was given back waits from then on', () => {
    const history = given([...pausing, held, givenBack]);
    history.when(again, 899).thenRefused('hold_paused');
    expect(history.when(again, 900).decision).toMatchObject({ status: 'accepted' });
  });

  test('was sold may return the seats and take others', () => {
    const { decision } = given([...pausing, held, sold, returned]).when(again, 401);
    expect(decision).toMatchObject({ status: 'accepted' });
  });

  test('ended leaves the seats to others at once', () => {
    const { decision } = given([...pausing, held]).when({ ...again, userId: 'bob' }, 1_000);
    expect(decision).toMatchObject({ status: 'accepted', booking: { userId: 'bob' } });
  });

  test('ended finds the booking of the same id again', () => {
    const repeated: Reserve = { ...again, ...ann };
    const { decision } = given([...pausing, held]).when(repeated, 1_000);
    expect(decision).toMatchObject({ booking: { status: 'expired', expiredAt: 1_000 } });
    given([...pausing, held, givenBack])
      .when(repeated, 400)
      .thenUnchanged();
  });

  test('lives may take further seats, for as long as none has ended', () => {
    const policy = { activeBookingsPerUserMax: 2, holdDurationMs: 1_000, holdPauseMs: 500 };
    const two = given([...onSale({ policy }), held]);
    expect(two.when(again, 999).decision).toMatchObject({ status: 'accepted' });
    two.when(again, 1_000).thenRefused('hold_paused');
  });

  test('is given back in the same group waits as well', () => {
    const { state } = given([...pausing, held]);
    const group = decideGroup(state, [{ type: 'cancel', ...ann }, again], 400);
    expect(group.decisions[1]).toEqual({ status: 'refused', reason: 'hold_paused' });
  });
});

test('without a pause a user may hold again at once, for ever', () => {
  const { decision } = given([...onSale({ total: 1 }), held]).when(again, 1_000);
  expect(decision).toMatchObject({ status: 'accepted' });
});

test('a claim relies on the very version where the policy has a pause, and only there', () => {
  const reliesOnEverything = (history: readonly Transition[]) =>
    decideGroup(given(history).state, [again], 0).reliance.everything;
  expect(reliesOnEverything(pausing)).toBe(true);
  expect(reliesOnEverything(onSale())).toBe(false);
});
