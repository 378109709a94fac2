import { describe, expect, test } from 'vitest';
import {
  type BookingExpired,
  type BookingHeld,
  namedBookingCountMax,
  type Reserve,
  type Transition,
} from '@holdfast/domain';
import { draft, given, onSale } from '@holdfast/domain/testing';

const reserve: Reserve = { type: 'reserve', bookingId: 'b1', userId: 'ann', quantity: 2 };

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

describe('reserve', () => {
  test('keeps the seats for the time that the policy says', () => {
    given(onSale()).when(reserve, 100).then([held()]);
  });

  test('takes the last seats, and not one more', () => {
    given(onSale({ total: 2 }))
      .when(reserve, 100)
      .then([held()]);
    given(onSale({ total: 1 }))
      .when(reserve, 100)
      .thenRefused('sold_out');
  });

  test('repeated, gives the same booking and changes nothing', () => {
    const again = given([...onSale(), held()]).when(reserve, 200);
    again.thenUnchanged();
    expect(again.decision).toMatchObject({ booking: { status: 'held', expiresAt: 60_100 } });
  });

  test('repeated after the event was sold out and closed, still gives the same booking', () => {
    const history: Transition[] = [
      ...onSale({ total: 2 }),
      held(),
      { type: 'event_closed', at: 150, as: 'closed' },
    ];
    given(history).when(reserve, 200).thenUnchanged();
  });

  test('repeated after the hold lapsed, gives the booking as expired, swept or not', () => {
    const again = given([...onSale(), held()]).when(reserve, 60_100);
    again.thenUnchanged();
    expect(again.decision).toMatchObject({ booking: { status: 'expired', expiredAt: 60_100 } });
  });

  test('with a known id and another quantity or user is refused, and tells nothing', () => {
    const known = given([...onSale(), held()]);
    known.when({ ...reserve, quantity: 1 }, 200).thenRefused('id_taken');
    known.when({ ...reserve, userId: 'bob' }, 200).thenRefused('id_taken');
  });

  test('is bounded per booking and per user', () => {
    given(onSale({ policy: { quantityPerBookingMax: 1 } }))
      .when(reserve, 100)
      .thenRefused('quantity_over_limit');
    given([...onSale(), held()])
      .when({ ...reserve, bookingId: 'b2' }, 200)
      .thenRefused('bookings_over_limit');
  });

  test('over the limit is refused with what the user has, in order, and nothing of others', () => {
    const history: Transition[] = [
      ...onSale({ policy: { activeBookingsPerUserMax: 2 } }),
      held({ bookingId: 'b9', ordinal: 2 }),
      held({ bookingId: 'lapsed', ordinal: 3, expiresAt: 150 }),
      held({ bookingId: 'of bob', userId: 'bob' }),
      { ...held({ bookingId: 'b8' }), type: 'booking_confirmed', from: 'nothing' },
    ];
    const { decision } = given(history).when(reserve, 200);
    const facts = { userId: 'ann', quantity: 2 };
    expect(decision).toEqual({
      status: 'refused',
      reason: 'bookings_over_limit',
      activeBookings: [
        { ...facts, id: 'b8', ordinal: 1, status: 'confirmed', confirmedAt: 100 },
        { ...facts, id: 'b9', ordinal: 2, status: 'held', expiresAt: 60_100, heldSince: 100 },
      ],
    });
  });

  test('over a limit of many is refused with the first of them', () => {
    const policy = { activeBookingsPerUserMax: 30 };
    const bookings = Array.from({ length: 30 }, (_, index) =>
      held({ bookingId: `of ann ${index}`, quantity: 1, ordinal: index + 1 }),
    );
    const { decision } = given([...onSale({ total: 40, policy }), ...bookings]).when(reserve, 200);
    expect(decision).toMatchObject({ activeBookings: { length: namedBookingCountMax } });
  });

  test('gives a user with more than one booking the lowest free ordinal', () => {
    const history = [
      ...onSale({ policy: { activeBookingsPerUserMax: 2 } }),
      held({ bookingId: 'b0', ordinal: 1, expiresAt: 150 }),
      held({ bookingId: 'b9', ordinal: 2, expiresAt: 60_100 }),
    ];
    const expired: Transition = {
      type: 'booking_expired',
      at: 150,
      bookingId: 'b0',
      userId: 'ann',
      quantity: 2,
      ordinal: 1,
      expiresAt: 150,
    };
    given(history)
      .when(reserve, 150)
      .then([expired, held({ at: 150, ordinal: 1, expiresAt: 60_150 })]);
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])(
    'of %s seats is refused as no quantity',
    (quantity) =>
      given(onSale())
        .when({ ...reserve, quantity }, 100)
        .thenRefused('invalid_quantity'),
  );

  test('is refused outside the sale', () => {
    given([]).when(reserve, 100).thenRefused('event_not_found');
    given(draft())
      .when({ ...reserve, userId: 'organizer' }, 100)
      .thenRefused('not_on_sale');
    const closed: Transition = { type: 'event_closed', at: 50, as: 'closed' };
    given([...onSale(), closed])
      .when(reserve, 100)
      .thenRefused('event_closed');
    given([...onSale(), { ...closed, as: 'cancelled' }])
      .when(reserve, 100)
      .thenRefused('event_cancelled');
    const window = given(onSale({ saleWindow: { opensAt: 100, closesAt: 200 } }));
    window.when(reserve, 99).thenRefused('sale_not_started');
    window.when(reserve, 100).then([held()]);
    window.when(reserve, 200).thenRefused('sale_ended');
  });
});

describe('a lapsed hold', () => {
  const lapsed = held({ bookingId: 'b0', userId: 'bob', quantity: 2, expiresAt: 150 });
  const expired: BookingExpired = {
    type: 'booking_expired',
    at: 150,
    bookingId: 'b0',
    userId: 'bob',
    quantity: 2,
    ordinal: 1,
    expiresAt: 150,
  };

  test('gives its seats to a reserve that would else be sold out', () => {
    given([...onSale({ total: 3 }), lapsed])
      .when(reserve, 150)
      .then([expired, held({ at: 150, expiresAt: 60_150 })]);
  });

  test('is left to the sweeper while there are seats enough', () => {
    given([...onSale({ total: 4 }), lapsed])
      .when(reserve, 150)
      .then([held({ at: 150, expiresAt: 60_150 })]);
  });

  test('keeps its seats until the very moment', () => {
    given([...onSale({ total: 3 }), lapsed])
      .when(reserve, 149)
      .thenRefused('sold_out');
  });

  test('is not expired for nothing, when even its seats are not enough', () => {
    given([...onSale({ total: 3 }), lapsed])
      .when({ ...reserve, quantity: 4 }, 150)
      .thenRefused('sold_out');
  });

  test('does not count against its user', () => {
    given([...onSale(), held({ bookingId: 'b0', expiresAt: 150 })])
      .when(reserve, 150)
      .then([{ ...expired, userId: 'ann' }, held({ at: 150, expiresAt: 60_150 })]);
  });

  test('goes in the order of expiry, and only as many as are needed', () => {
    const later = held({ bookingId: 'b5', userId: 'cat', quantity: 2, expiresAt: 140 });
    given([...onSale({ total: 4 }), lapsed, later])
      .when(reserve, 200)
      .then([
        { ...expired, at: 200, bookingId: 'b5', userId: 'cat', expiresAt: 140 },
        held({ at: 200, expiresAt: 60_200 }),
      ]);
  });
});
