import {
  type Accept,
  type Actor,
  type BookingOffered,
  type BookingTransferred,
  decideGroup,
  decideOrders,
  type Instant,
  type Transfer,
  type Transition,
  writeOf,
} from '@holdfast/domain';
import { given, onSale } from '@holdfast/domain/testing';
import { describe, expect, test } from 'vitest';

const dayMs = 24 * 60 * 60 * 1_000;
const organizer: Actor = { role: 'organizer', id: 'organizer', reason: 'asked by telephone' };
const facts = { bookingId: 'b1', userId: 'ann', quantity: 3, ordinal: 1 };
const sold: Transition = { type: 'booking_confirmed', at: 20, ...facts, from: 'nothing' };
const sale = [...onSale(), sold];
const offer: Transfer = { type: 'transfer', bookingId: 'b1', userId: 'ann', toUserId: 'bob' };
const accept: Accept = { type: 'accept', bookingId: 'b1', userId: 'bob' };
const offered: BookingOffered = {
  ...facts,
  type: 'booking_offered',
  at: 30,
  confirmedAt: 20,
  offer: { toUserId: 'bob', expiresAt: 30 + dayMs },
};
const { offer: _, ...takenBack } = { ...offered, at: 40 };
const moved: BookingTransferred = {
  ...facts,
  type: 'booking_transferred',
  at: 40,
  userId: 'bob',
  before: { userId: 'ann', ordinal: 1 },
  confirmedAt: 20,
};
const closed: Transition = { type: 'event_closed', at: 35, as: 'closed' };
const off: Transition = { ...closed, as: 'cancelled' };
const ofBob = (bookingId: string, ordinal: number, expiresAt: Instant): Transition => {
  return {
    type: 'booking_held',
    at: 0,
    bookingId,
    userId: 'bob',
    quantity: 1,
    ordinal,
    expiresAt,
  };
};

describe('a confirmed booking', () => {
  test('is offered for a day, stays with its user, and moves when it is accepted', () => {
    given(sale).when(offer, 30).then([offered]);
    const asked = given([...sale, offered]);
    asked.when({ type: 'book', ...facts }, 40).thenUnchanged();
    asked.when(accept, 40).then([moved]);
    const { state } = given([...sale, offered, moved]);
    expect(state.bookings.get('b1')).toEqual({
      id: 'b1',
      userId: 'bob',
      quantity: 3,
      ordinal: 1,
      status: 'confirmed',
      confirmedAt: 20,
    });
    expect(state.bookingIdsByUser).toEqual(new Map([['bob', ['b1']]]));
  });

  test('moves after the end of the sale, too', () => {
    given([...sale, closed])
      .when(offer, 36)
      .then([{ ...offered, at: 36, offer: { toUserId: 'bob', expiresAt: 36 + dayMs } }]);
    given([...sale, offered, closed])
      .when(accept, 40)
      .then([moved]);
  });

  test('is offered to one user at a time, and taken back', () => {
    const asked = given([...sale, offered]);
    const toCat = { toUserId: 'cat', expiresAt: 40 + dayMs };
    asked.when(offer, 40).thenUnchanged();
    asked.when({ ...offer, toUserId: 'cat' }, 40).then([{ ...offered, at: 40, offer: toCat }]);
    for (const toUserId of [null, 'ann']) {
      asked.when({ ...offer, toUserId }, 40).then([takenBack]);
      given(sale)
        .when({ ...offer, toUserId }, 40)
        .thenUnchanged();
    }
    given([...sale, offered, takenBack])
      .when(accept, 50)
      .thenRefused('booking_not_found');
    given([...sale, offered, { ...offered, offer: toCat }])
      .when(accept, 50)
      .thenRefused('booking_not_found');
  });

  test('is not moved by an offer whose time is over, and can be offered again', () => {
    const late = 30 + dayMs;
    const asked = given([...sale, offered]);
    expect(asked.when(accept, late - 1).decision.status).toBe('accepted');
    asked.when(accept, late).thenRefused('offer_lapsed');
    asked
      .when(offer, late)
      .then([{ ...offered, at: late, offer: { toUserId: 'bob', expiresAt: late + dayMs } }]);
    asked.when({ ...offer, toUserId: null }, late).thenUnchanged();
  });

  test('whose quantity is changed is offered to nobody: nobody accepts what was not offered', () => {
    const { decision } = given([...sale, offered]).when(
      { ...facts, type: 'changeQuantity', quantity: 1 },
      35,
    );
    if (decision.status === 'refused') throw new Error(decision.reason);
    given([...sale, offered, ...decision.transitions])
      .when(accept, 40)
      .thenRefused('booking_not_found');
  });

  test('that has moved is its new user’s alone', () => {
    const after = given([...sale, offered, moved]);
    after.when(accept, 50).thenUnchanged();
    after.when({ type: 'book', ...facts }, 50).thenRefused('id_taken');
    for (const type of ['cancel', 'confirm'] as const) {
      after.when({ type, bookingId: 'b1', userId: 'ann' }, 50).thenRefused('booking_not_found');
    }
    after.when(offer, 50).thenRefused('booking_not_found');
    expect(
      after.when({ type: 'cancel', bookingId: 'b1', userId: 'bob' }, 50).decision,
    ).toMatchObject({ status: 'accepted', booking: { status: 'cancelled' } });
    given([...sale, offered, moved])
      .when({ type: 'book', bookingId: 'b2', userId: 'ann', quantity: 1 }, 50)
      .then([
        {
          type: 'booking_confirmed',
          at: 50,
          bookingId: 'b2',
          userId: 'ann',
          quantity: 1,
          ordinal: 1,
          from: 'nothing',
        },
      ]);
  });
});

describe('who accepts', () => {
  test('has no more active bookings than the policy allows', () => {
    const { decision } = given([...sale, ofBob('b2', 1, 5_000), offered]).when(accept, 40);
    expect(decision).toMatchObject({
      reason: 'bookings_over_limit',
      activeBookings: [{ id: 'b2' }],
    });
  });

  test('loses lapsed holds first, and the booking gets the lowest ordinal that is free', () => {
    const policy = { activeBookingsPerUserMax: 3 };
    const history = [...onSale({ policy }), sold, ofBob('b2', 1, 5_000), ofBob('b3', 2, 25)];
    given([...history, offered])
      .when(accept, 40)
      .then([
        {
          type: 'booking_expired',
          at: 40,
          bookingId: 'b3',
          userId: 'bob',
          quantity: 1,
          ordinal: 2,
          expiresAt: 25,
        },
        { ...moved, ordinal: 2 },
      ]);
  });

  test('in a group relies on the booking as it was seen, offer and all', () => {
    const group = decideGroup(given([...sale, offered]).state, [accept], 40);
    expect(group.reliance.everything).toBe(false);
    expect(writeOf(group)).toMatchObject({
      movedBookings: [
        { seen: { userId: 'ann', offer: offered.offer }, booking: { userId: 'bob' } },
      ],
      newBookings: [],
    });
  });

  test('in a group with what makes room for it comes after that', () => {
    const history = [...sale, { ...sold, bookingId: 'b2', userId: 'bob' }];
    const { state } = given(history);
    const giveBack = { type: 'cancel', bookingId: 'b2', userId: 'bob' } as const;
    const { movedBookings } = writeOf(decideGroup(state, [offer, giveBack, accept], 40));
    expect(movedBookings.map(({ booking }) => [booking.id, booking.status])).toEqual([
      ['b2', 'cancelled'],
      ['b1', 'confirmed'],
    ]);
  });
});

describe("on its user's behalf", () => {
  test('a booking moves at once, past the limit, and again changes nothing', () => {
    const command = { ...offer, actor: organizer };
    const signed = { ...moved, ordinal: 2, actor: organizer };
    given([...sale, ofBob('b2', 1, 5_000)])
      .when(command, 40)
      .then([signed]);
    given([...sale, ofBob('b2', 1, 5_000), signed])
      .when(command, 50)
      .thenUnchanged();
    given([...sale, offered])
      .when({ ...command, toUserId: null }, 40)
      .then([{ ...takenBack, actor: organizer }]);
  });

  test('it does not move for who does not manage the event, nor from another user', () => {
    const rival = { ...organizer, id: 'rival' };
    given(sale)
      .when({ ...offer, actor: rival }, 40)
      .thenRefused('event_not_found');
    given(sale)
      .when({ ...offer, userId: 'cat', actor: organizer }, 40)
      .thenRefused('booking_not_found');
  });
});

test('where several reasons apply, the first in the order of precedence is given', () => {
  const held = { ...ofBob('b1', 1, 5_000), userId: 'ann' } as Transition;
  const lapsed = { ...held, expiresAt: 25 } as Transition;
  const cancelled: Transition = {
    ...facts,
    type: 'booking_cancelled',
    at: 22,
    from: 'confirmed',
    by: 'user',
  };
  given([]).when(offer, 30).thenRefused('event_not_found');
  given([]).when(accept, 30).thenRefused('event_not_found');
  given([...sale, off])
    .when({ ...offer, userId: 'cat' }, 40)
    .thenRefused('booking_not_found');
  given([...sale, offered, off])
    .when({ ...accept, userId: 'cat' }, 40)
    .thenRefused('booking_not_found');
  given([...sale, cancelled, off])
    .when(offer, 40)
    .thenRefused('booking_cancelled');
  given([...onSale(), lapsed, off])
    .when(offer, 40)
    .thenRefused('hold_lapsed');
  given([...onSale(), held])
    .when(offer, 40)
    .thenRefused('not_confirmed');
  given([...sale, off])
    .when(offer, 40)
    .thenRefused('event_cancelled');
  given([...sale, offered, off])
    .when(accept, 40)
    .thenRefused('event_cancelled');
});

test('a booking that has moved is no longer part of its order', () => {
  const events = new Map([
    ['one', given([...sale, offered, moved]).state],
    ['other', given(sale).state],
  ]);
  const lines = [
    { eventId: 'one', quantity: 3 },
    { eventId: 'other', quantity: 3 },
  ];
  const orders = new Map([['b1', { id: 'b1', userId: 'ann', lines }]]);
  const cancel = { type: 'cancelOrder', orderId: 'b1', userId: 'ann' } as const;
  const [decision] = decideOrders({ orders, events }, [cancel], 50).decisions;
  expect(decision).toMatchObject({
    status: 'accepted',
    order: { lines: [{ eventId: 'other' }] },
    bookings: [{ status: 'cancelled', userId: 'ann' }],
  });
  const all = new Map([...events, ['other', given([...sale, offered, moved]).state] as const]);
  const [none] = decideOrders({ orders, events: all }, [cancel], 50).decisions;
  expect(none).toMatchObject({ status: 'refused', reason: 'order_not_found' });
});
