import {
  type Actor,
  type Book,
  type BookingConfirmed,
  type BookingHeld,
  type Cancel,
  decideGroup,
  type Transition,
} from '@holdfast/domain';
import { draft, given, onSale } from '@holdfast/domain/testing';
import { describe, expect, test } from 'vitest';

const organizer: Actor = { role: 'organizer', id: 'organizer', reason: 'a guest of the band' };
const rival: Actor = { ...organizer, id: 'rival' };
const admin: Actor = { role: 'admin', id: 'root', reason: 'paid by bank transfer' };

const facts = { bookingId: 'b1', userId: 'ann', quantity: 2, ordinal: 1 };
const held: BookingHeld = { type: 'booking_held', at: 0, ...facts, expiresAt: 60_000 };
const sold: BookingConfirmed = { type: 'booking_confirmed', at: 0, ...facts, from: 'nothing' };
const book: Book = { type: 'book', bookingId: 'b2', userId: 'ann', quantity: 2 };
const cancel: Cancel = { type: 'cancel', bookingId: 'b1', userId: 'ann' };
const closed: Transition = { type: 'event_closed', at: 0, as: 'closed' };
const off: Transition = { type: 'event_closed', at: 500, as: 'cancelled' };

describe("on a user's behalf", () => {
  test.each([organizer, admin])('seats are booked, and the ledger says by whom: %o', (actor) => {
    given(onSale())
      .when({ ...book, actor }, 9)
      .then([
        {
          type: 'booking_confirmed',
          at: 9,
          ...facts,
          bookingId: 'b2',
          from: 'nothing',
          actor,
        },
      ]);
  });

  test.each([
    ['before the sale', onSale({ saleWindow: { opensAt: 100, closesAt: null } })],
    ['after the sale', onSale({ saleWindow: { opensAt: null, closesAt: 5 } })],
    ['of a closed sale', [...onSale(), closed]],
    ['past the seats of a booking', onSale({ policy: { quantityPerBookingMax: 1 } })],
    ['past the bookings of a user', [...onSale(), sold]],
    ['within a pause', [...onSale({ policy: { holdPauseMs: 1_000 } }), held, givenBack()]],
  ])('seats are booked %s, which the user could not do', (_, history) => {
    expect(given(history).when(book, 9).decision.status).toBe('refused');
    const { decision } = given(history).when({ ...book, actor: organizer }, 9);
    expect(decision).toMatchObject({ status: 'accepted', booking: { userId: 'ann' } });
  });

  function givenBack(): Transition {
    return { type: 'booking_cancelled', at: 8, ...facts, from: 'held', by: 'user' };
  }

  test('there are not more seats than there are', () => {
    given(onSale({ total: 1 }))
      .when({ ...book, actor: admin }, 9)
      .thenRefused('sold_out');
  });

  test('nothing is sold of a draft, nor of an event that was called off', () => {
    given(draft())
      .when({ ...book, actor: organizer }, 9)
      .thenRefused('not_on_sale');
    given([...onSale(), off])
      .when({ ...book, actor: organizer }, 900)
      .thenRefused('event_cancelled');
  });

  test('a hold is confirmed, and a sale is cancelled after the deadline', () => {
    given([...onSale(), held])
      .when({ type: 'confirm', bookingId: 'b1', userId: 'ann', actor: admin }, 9)
      .then([{ type: 'booking_confirmed', at: 9, ...facts, from: 'held', actor: admin }]);
    const late = given([...onSale({ date: 5, policy: { cancelDeadlineMs: 0 } }), sold]);
    late.when(cancel, 9).thenRefused('cancel_deadline_passed');
    late.when({ ...cancel, actor: organizer }, 9).then([
      {
        type: 'booking_cancelled',
        at: 9,
        ...facts,
        from: 'confirmed',
        by: 'organizer',
        actor: organizer,
      },
    ]);
  });

  test('the same command again changes nothing', () => {
    const { decision } = given(onSale()).when({ ...book, actor: organizer }, 9);
    if (decision.status === 'refused') throw new Error(decision.reason);
    const after = [...onSale(), ...decision.transitions];
    given(after)
      .when({ ...book, actor: organizer }, 10)
      .thenUnchanged();
  });

  test('only the booking itself is signed, not the holds that make room for it', () => {
    const { transitions } = decideGroup(
      given([...onSale({ total: 2 }), { ...held, userId: 'bob', expiresAt: 5 }]).state,
      [{ ...book, actor: organizer }],
      9,
    );
    expect(transitions.map((each) => [each.type, 'actor' in each])).toEqual([
      ['booking_expired', false],
      ['booking_confirmed', true],
    ]);
  });
});

describe('to who does not manage the event', () => {
  test.each([onSale(), draft(), []])('there is none: %#', (...history) => {
    for (const command of [book, cancel]) {
      given(history)
        .when({ ...command, actor: rival }, 9)
        .thenRefused('event_not_found');
    }
  });

  test('nor is the booking there under another user', () => {
    given([...onSale(), sold])
      .when({ ...cancel, userId: 'bob', actor: organizer }, 9)
      .thenRefused('booking_not_found');
  });
});

describe("what was cancelled on the user's behalf", () => {
  const byOrganizer: Transition = {
    type: 'booking_cancelled',
    at: 400,
    ...facts,
    from: 'confirmed',
    by: 'organizer',
    actor: organizer,
  };
  const confirm = { type: 'confirm', bookingId: 'b1', userId: 'ann' } as const;

  test('tells its user so, and that the event goes on', () => {
    const history = [...onSale(), sold, byOrganizer];
    expect(given(history).when(cancel, 900).decision).toMatchObject({
      booking: { status: 'cancelled', cancelledBy: 'organizer', cancelledAt: 400 },
    });
    given(history).when(confirm, 900).thenRefused('booking_cancelled');
  });

  test('stays so when the event is called off later', () => {
    const history = [...onSale(), sold, byOrganizer, off];
    expect(given(history).when(cancel, 900).decision).toMatchObject({
      booking: { cancelledAt: 400 },
    });
    given(history).when(confirm, 900).thenRefused('booking_cancelled');
    given([...onSale(), sold, off])
      .when(confirm, 900)
      .thenRefused('event_cancelled');
  });
});
