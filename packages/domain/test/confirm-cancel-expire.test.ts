import type {
  Book,
  BookingCancelled,
  BookingExpired,
  BookingHeld,
  Cancel,
  Confirm,
  Transition,
} from '@holdfast/domain';
import { given, onSale } from '@holdfast/domain/testing';
import { describe, expect, test } from 'vitest';

const ann = { bookingId: 'b1', userId: 'ann' };
const facts = { ...ann, quantity: 2, ordinal: 1 };
const held: BookingHeld = { type: 'booking_held', at: 10, ...facts, expiresAt: 1_000 };
const confirmed: Transition = { type: 'booking_confirmed', at: 20, ...facts, from: 'held' };
const cancelled: BookingCancelled = {
  type: 'booking_cancelled',
  at: 30,
  ...facts,
  from: 'held',
  by: 'user',
};
const expired: BookingExpired = {
  type: 'booking_expired',
  at: 1_000,
  ...facts,
  expiresAt: 1_000,
};
const off: Transition = { type: 'event_closed', at: 25, as: 'cancelled' };
const calledOff = { status: 'cancelled', cancelledAt: 25, cancelledBy: 'organizer' };
const confirm: Confirm = { type: 'confirm', ...ann };
const cancel: Cancel = { type: 'cancel', ...ann };
const book: Book = { type: 'book', ...ann, quantity: 2 };

describe('confirm', () => {
  test('turns a hold into a sale', () => {
    given([...onSale(), held])
      .when(confirm, 20)
      .then([confirmed]);
  });

  test('repeated, changes nothing', () => {
    given([...onSale(), held, confirmed])
      .when(confirm, 5_000)
      .thenUnchanged();
  });

  test('a lapsed hold cannot be confirmed, swept or not', () => {
    given([...onSale(), held])
      .when(confirm, 999)
      .then([{ ...confirmed, at: 999 }]);
    given([...onSale(), held])
      .when(confirm, 1_000)
      .thenRefused('hold_lapsed');
    given([...onSale(), held, expired])
      .when(confirm, 1_000)
      .thenRefused('hold_lapsed');
  });

  test('a hold keeps its promise past the end of the sale, but not past the end of the event', () => {
    const closed: Transition = { type: 'event_closed', at: 15, as: 'closed' };
    given([...onSale(), held, closed])
      .when(confirm, 20)
      .then([confirmed]);
    given([...onSale(), held, { ...closed, as: 'cancelled' }])
      .when(confirm, 20)
      .thenRefused('event_cancelled');
  });

  test('of a cancelled, missing or foreign booking is refused', () => {
    given([...onSale(), held, cancelled])
      .when(confirm, 40)
      .thenRefused('booking_cancelled');
    given(onSale()).when(confirm, 40).thenRefused('booking_not_found');
    given([...onSale(), held])
      .when({ ...confirm, userId: 'bob' }, 40)
      .thenRefused('booking_not_found');
    given([]).when(confirm, 40).thenRefused('event_not_found');
  });
});

describe('book', () => {
  test('reserves and confirms at once', () => {
    given(onSale())
      .when(book, 20)
      .then([{ type: 'booking_confirmed', at: 20, ...facts, from: 'nothing' }]);
  });

  test('confirms the same booking where it is held already', () => {
    given([...onSale(), held])
      .when(book, 20)
      .then([confirmed]);
  });

  test('repeated, gives the booking as it is and changes nothing', () => {
    given([...onSale(), held, confirmed])
      .when(book, 20)
      .thenUnchanged();
    const afterCancel = given([...onSale(), held, cancelled]).when(book, 40);
    afterCancel.thenUnchanged();
    expect(afterCancel.decision).toMatchObject({ booking: { status: 'cancelled' } });
    for (const swept of [[], [expired]]) {
      const afterExpiry = given([...onSale(), held, ...swept]).when(book, 1_000);
      afterExpiry.thenUnchanged();
      expect(afterExpiry.decision).toMatchObject({ booking: { status: 'expired' } });
    }
  });

  test('is refused as reserve is', () => {
    given(onSale({ total: 1 }))
      .when(book, 20)
      .thenRefused('sold_out');
  });
});

describe('cancel', () => {
  test('gives back the seats of a hold and of a sale', () => {
    const ofHold = given([...onSale(), held]).when(cancel, 30);
    ofHold.then([cancelled]);
    given([...onSale(), held, confirmed])
      .when(cancel, 30)
      .then([{ ...cancelled, from: 'confirmed' }]);
    expect(given([...onSale(), held, cancelled]).state.event?.capacity).toEqual({
      total: 10,
      available: 10,
      held: 0,
    });
  });

  test('repeated, changes nothing', () => {
    given([...onSale(), held, cancelled])
      .when(cancel, 40)
      .thenUnchanged();
  });

  test('comes too late for a lapsed hold', () => {
    given([...onSale(), held])
      .when(cancel, 1_000)
      .thenRefused('hold_lapsed');
    given([...onSale(), held, expired])
      .when(cancel, 1_000)
      .thenRefused('hold_lapsed');
  });

  test('of a missing or foreign booking is refused', () => {
    given(onSale()).when(cancel, 40).thenRefused('booking_not_found');
    given([...onSale(), held])
      .when({ ...cancel, userId: 'bob' }, 40)
      .thenRefused('booking_not_found');
  });

  test('of a booking whose event was called off changes nothing: it is cancelled already', () => {
    for (const booked of [[held], [held, confirmed]]) {
      const late = given([...onSale(), ...booked, off]).when(cancel, 30);
      late.thenUnchanged();
      expect(late.decision).toMatchObject({ booking: calledOff });
    }
  });
});

describe('an event that was called off', () => {
  const sweep = { type: 'expire', bookingCountMax: 10 } as const;
  const byOrganizer = { ...cancelled, by: 'organizer' } as const;

  test('has ended its bookings from that moment on, swept or not', () => {
    const afterSweep = [off, { ...byOrganizer, at: 70, from: 'confirmed' }] as const;
    for (const end of [[off], afterSweep]) {
      const history = given([...onSale(), held, confirmed, ...end]);
      for (const repeated of [book, { ...book, type: 'reserve' }] as const) {
        const again = history.when(repeated, 100);
        again.thenUnchanged();
        expect(again.decision).toMatchObject({ booking: calledOff });
      }
      history.when(confirm, 100).thenRefused('event_cancelled');
    }
  });

  test('leaves what had ended before as it was', () => {
    const user = given([...onSale(), held, { ...cancelled, at: 22 }, off]).when(cancel, 100);
    expect(user.decision).toMatchObject({ booking: { cancelledAt: 22, cancelledBy: 'user' } });
    given([...onSale(), { ...held, expiresAt: 24 }, off])
      .when(confirm, 100)
      .thenRefused('hold_lapsed');
  });

  test('is swept of holds and sales, and what had lapsed before is expired', () => {
    const [bob, cat] = [
      { ...held, bookingId: 'b2', userId: 'bob', expiresAt: 24 },
      { ...held, bookingId: 'b3', userId: 'cat' },
    ];
    const swept = given([...onSale(), held, confirmed, bob, cat, off]).when(sweep, 2_000);
    swept.then([
      { ...byOrganizer, at: 2_000, from: 'confirmed' },
      { ...expired, at: 2_000, bookingId: 'b2', userId: 'bob', expiresAt: 24 },
      { ...byOrganizer, at: 2_000, bookingId: 'b3', userId: 'cat' },
    ]);
    given([...onSale(), held, off, { ...byOrganizer, at: 70 }])
      .when(sweep, 2_000)
      .thenUnchanged();
  });

  test('is swept at most so many at a time, and nothing is while it is on sale or closed', () => {
    const bob = { ...held, bookingId: 'b2', userId: 'bob' };
    given([...onSale(), bob, held, off])
      .when({ ...sweep, bookingCountMax: 1 }, 70)
      .then([{ ...byOrganizer, at: 70 }]);
    given([...onSale(), bob, held, off])
      .when({ ...sweep, afterBookingId: 'b1' }, 70)
      .then([{ ...byOrganizer, at: 70, bookingId: 'b2', userId: 'bob' }]);
    given([...onSale(), bob, held, { ...off, as: 'closed' }])
      .when(sweep, 70)
      .thenUnchanged();
  });
});

describe('expire', () => {
  const sweep = { type: 'expire', bookingCountMax: 1 } as const;
  const second: BookingHeld = { ...held, bookingId: 'b2', userId: 'bob', expiresAt: 900 };

  test('gives back lapsed holds, the longest lapsed first, at most so many', () => {
    given([...onSale(), held, second])
      .when(sweep, 1_000)
      .then([{ ...expired, bookingId: 'b2', userId: 'bob', expiresAt: 900 }]);
  });

  test('leaves live holds and sales alone, and repeated, changes nothing', () => {
    given([...onSale(), held])
      .when(sweep, 999)
      .thenUnchanged();
    given([...onSale(), held, confirmed])
      .when(sweep, 1_000)
      .thenUnchanged();
    given([...onSale(), held, expired])
      .when(sweep, 1_000)
      .thenUnchanged();
  });

  test('of an event that is not there is refused', () => {
    given([]).when(sweep, 0).thenRefused('event_not_found');
  });
});
