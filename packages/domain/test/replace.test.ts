import { describe, expect, test } from 'vitest';
import type { BookingCancelled, BookingHeld, Reserve, Transition } from '@holdfast/domain';
import { given, onSale } from '@holdfast/domain/testing';

const replace: Reserve = {
  type: 'reserve',
  bookingId: 'b2',
  userId: 'ann',
  quantity: 3,
  replace: true,
};

function held(facts: Partial<BookingHeld> = {}): BookingHeld {
  return {
    type: 'booking_held',
    at: 100,
    bookingId: 'b1',
    userId: 'ann',
    quantity: 2,
    ordinal: 1,
    expiresAt: 60_100,
    ...facts,
  };
}

function replaced({ bookingId, quantity, ordinal }: BookingHeld, at = 200): BookingCancelled {
  const facts = { at, bookingId, userId: 'ann', quantity, ordinal };
  return { ...facts, type: 'booking_cancelled', from: 'held', by: 'replacement' };
}

const ofBob = held({ bookingId: 'of bob', userId: 'bob' });

describe('reserve that replaces', () => {
  test('ends the hold of its user and keeps seats no longer than that one', () => {
    given([...onSale(), held(), ofBob])
      .when(replace, 200)
      .then([replaced(held()), held({ at: 200, heldSince: 100, bookingId: 'b2', quantity: 3 })]);
  });

  test('keeps seats for as long as the policy says, where that is shorter by now', () => {
    const longer = held({ expiresAt: 900_000 });
    given([...onSale(), longer])
      .when(replace, 200)
      .then([
        replaced(longer),
        held({ at: 200, heldSince: 100, bookingId: 'b2', quantity: 3, expiresAt: 60_200 }),
      ]);
  });

  test('needs only the seats that the user does not have already', () => {
    const full = [...onSale({ total: 5 }), held(), ofBob];
    given(full)
      .when(replace, 200)
      .then([replaced(held()), held({ at: 200, heldSince: 100, bookingId: 'b2', quantity: 3 })]);
    given(full)
      .when({ ...replace, quantity: 4 }, 200)
      .thenRefused('sold_out');
    given(full)
      .when({ ...replace, userId: 'cat', quantity: 2 }, 200)
      .thenRefused('sold_out');
  });

  test('takes seats of lapsed holds of others, where it needs them', () => {
    const lapsed = held({ bookingId: 'of cat', userId: 'cat', quantity: 1, expiresAt: 150 });
    const { decision } = given([...onSale({ total: 3 }), held(), lapsed]).when(replace, 200);
    expect(decision).toMatchObject({
      status: 'accepted',
      transitions: [
        { type: 'booking_expired', bookingId: 'of cat' },
        { type: 'booking_cancelled', bookingId: 'b1' },
        { type: 'booking_held', bookingId: 'b2' },
      ],
    });
  });

  test('leaves alone what is sold, and what others hold', () => {
    const policy = { activeBookingsPerUserMax: 3 };
    const sold: Transition = {
      ...held({ bookingId: 'sold' }),
      type: 'booking_confirmed',
      from: 'nothing',
    };
    const [second, third] = [
      held({ bookingId: 'b8', ordinal: 2, expiresAt: 50_000 }),
      held({ bookingId: 'b9', ordinal: 3 }),
    ];
    given([...onSale({ policy }), sold, third, second, ofBob])
      .when(replace, 200)
      .then([
        replaced(third),
        replaced(second),
        held({
          at: 200,
          heldSince: 100,
          bookingId: 'b2',
          quantity: 3,
          ordinal: 2,
          expiresAt: 50_000,
        }),
      ]);
  });

  test('is refused where the policy allows no hold beside what is sold', () => {
    const sold: Transition = { ...held(), type: 'booking_confirmed', from: 'nothing' };
    const { decision } = given([...onSale(), sold]).when(replace, 200);
    expect(decision).toMatchObject({
      reason: 'bookings_over_limit',
      activeBookings: [{ id: 'b1', status: 'confirmed' }],
    });
  });

  test('gives a hold to a user who has none, and is a reserve in all else', () => {
    const started = given(onSale({ policy: { quantityPerBookingMax: 3 } }));
    started.when(replace, 100).then([held({ bookingId: 'b2', quantity: 3 })]);
    started.when({ ...replace, quantity: 4 }, 100).thenRefused('quantity_over_limit');
    const closed: Transition = { type: 'event_closed', at: 150, as: 'closed' };
    given([...onSale(), held(), closed])
      .when(replace, 200)
      .thenRefused('event_closed');
  });

  test('repeated, gives the new hold; and the old id gives what became of that one', () => {
    const done = given([...onSale(), held(), replaced(held()), held({ bookingId: 'b2' })]);
    const again = done.when({ ...replace, quantity: 2 }, 300);
    again.thenUnchanged();
    expect(again.decision).toMatchObject({ booking: { id: 'b2', status: 'held' } });
    const old = done.when({ ...replace, bookingId: 'b1', quantity: 2 }, 300);
    old.thenUnchanged();
    expect(old.decision).toMatchObject({
      booking: { status: 'cancelled', cancelledAt: 200, cancelledBy: 'replacement' },
    });
    done
      .when({ type: 'confirm', bookingId: 'b1', userId: 'ann' }, 300)
      .thenRefused('booking_cancelled');
  });

  test('asks for no pause: the hold lives on in another one', () => {
    const sale = onSale({ policy: { holdPauseMs: 1_000 } });
    const done = given([...sale, held(), replaced(held()), held({ bookingId: 'b2' })]);
    const { decision } = done.when({ ...replace, bookingId: 'b3' }, 300);
    expect(decision).toMatchObject({ status: 'accepted', booking: { id: 'b3', status: 'held' } });
    const givenBack: Transition = { ...replaced(held()), by: 'user' };
    given([...sale, held(), givenBack])
      .when({ ...replace, bookingId: 'b3' }, 300)
      .thenRefused('hold_paused');
  });

  test('of an event that is called off later, its old hold stays replaced', () => {
    const off: Transition = { type: 'event_closed', at: 250, as: 'cancelled' };
    const done = given([...onSale(), held(), replaced(held()), held({ bookingId: 'b2' }), off]);
    const { decision } = done.when({ type: 'cancel', bookingId: 'b1', userId: 'ann' }, 300);
    expect(decision).toMatchObject({ booking: { cancelledBy: 'replacement', cancelledAt: 200 } });
  });
});
