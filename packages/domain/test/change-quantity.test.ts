import {
  type BookingHeld,
  type ChangeQuantity,
  decideGroup,
  refusalReasons,
  type Reserve,
  type Transition,
  writeOf,
} from '@holdfast/domain';
import { given, onSale } from '@holdfast/domain/testing';
import { describe, expect, test } from 'vitest';

const ann = { bookingId: 'b1', userId: 'ann' };
const facts = { ...ann, quantity: 3, ordinal: 1 };
const sold: Transition = { type: 'booking_confirmed', at: 20, ...facts, from: 'nothing' };
const toOne: ChangeQuantity = { type: 'changeQuantity', ...ann, quantity: 1 };
const toFive: ChangeQuantity = { ...toOne, quantity: 5 };
const changed: Transition = {
  type: 'booking_quantity_changed',
  at: 30,
  ...facts,
  quantity: 1,
  before: { quantity: 3 },
  claimedQuantity: 3,
  confirmedAt: 20,
};
const closed: Transition = { type: 'event_closed', at: 25, as: 'closed' };
const off: Transition = { ...closed, as: 'cancelled' };
const held: BookingHeld = { type: 'booking_held', at: 0, ...facts, expiresAt: 1_000 };
const holdOf = (bookingId: string, quantity: number): BookingHeld => ({
  ...held,
  bookingId,
  userId: bookingId,
  quantity,
  expiresAt: 25,
});

describe('a confirmed booking', () => {
  test('gives back a part, and stays confirmed since when it was', () => {
    const decided = given([...onSale(), sold]).when(toOne, 30);
    decided.then([changed]);
    expect(decided.decision).toMatchObject({ booking: { quantity: 1, confirmedAt: 20 } });
    const { state } = given([...onSale(), sold, changed]);
    expect(state.event?.capacity).toEqual({ total: 10, available: 9, held: 0 });
  });

  test('gives back a part after the end of the sale, but does not grow then', () => {
    const over = [...onSale(), sold, closed];
    given(over).when(toOne, 30).then([changed]);
    given(over).when(toFive, 30).thenRefused('event_closed');
  });

  test('grows where seats are free, those of lapsed holds included, and takes no more of them than it needs', () => {
    const [lapsed, more] = [holdOf('b2', 1), holdOf('b3', 5)];
    const grown = { ...changed, quantity: 5 };
    given([...onSale(), sold])
      .when(toFive, 30)
      .then([grown]);
    const expired: Transition = { ...lapsed, type: 'booking_expired', at: 30, expiresAt: 25 };
    given([...onSale({ total: 10 }), sold, lapsed, more])
      .when(toFive, 30)
      .then([expired, grown]);
  });

  test('repeated, changes nothing, whatever was expected before', () => {
    given([...onSale(), sold, changed])
      .when({ ...toOne, expectedQuantity: 3 }, 40)
      .thenUnchanged();
  });

  test('is not changed by a late repeat that names what it was decided upon', () => {
    given([...onSale(), sold, changed])
      .when({ ...toFive, expectedQuantity: 3 }, 40)
      .thenRefused('quantity_changed');
    given([...onSale(), sold, changed])
      .when({ ...toFive, expectedQuantity: 1 }, 40)
      .then([{ ...changed, at: 40, quantity: 5, before: { quantity: 1 } }]);
  });

  test('is still known by what its claim asked for, cancelled, too', () => {
    const claim = { type: 'book', ...ann, quantity: 3 } as const;
    const cancelled: Transition = {
      ...changed,
      type: 'booking_cancelled',
      at: 35,
      from: 'confirmed',
      by: 'user',
    };
    for (const end of [[], [cancelled]]) {
      const history = [...onSale(), sold, changed, ...end];
      given(history).when(claim, 40).thenUnchanged();
      given(history)
        .when({ ...claim, quantity: 1 }, 40)
        .thenRefused('id_taken');
    }
    given([...onSale(), sold, changed])
      .when({ type: 'cancel', ...ann }, 35)
      .then([
        {
          type: 'booking_cancelled',
          at: 35,
          ...facts,
          quantity: 1,
          claimedQuantity: 3,
          from: 'confirmed',
          by: 'user',
        },
      ]);
  });

  test('that grows in a group relies on the seats that it adds, and on itself as it was seen', () => {
    const { state } = given([...onSale(), sold]);
    const group = decideGroup(state, [toFive], 30);
    expect(group.reliance).toMatchObject({ everything: false, seatsAvailableMin: 2 });
    const { capacityChange, movedBookings, newBookings } = writeOf(group);
    expect(capacityChange).toEqual({ total: 0, available: -2, held: 0 });
    expect(movedBookings).toMatchObject([{ seen: { quantity: 3 }, booking: { quantity: 5 } }]);
    expect(newBookings).toEqual([]);
  });
});

test('where several reasons apply, the first in the order of precedence is given', () => {
  const wrong: ChangeQuantity = { ...toOne, userId: 'bob', quantity: 20, expectedQuantity: 2 };
  const own: ChangeQuantity = { ...wrong, userId: 'ann' };
  const asExpected: ChangeQuantity = { ...own, expectedQuantity: 3 };
  const sketch = {
    total: 4,
    policy: { quantityPerBookingMax: 5 },
    saleWindow: { opensAt: 10, closesAt: 200 },
  };
  const sale = [...onSale(sketch), sold];
  const late = onSale({ date: 1_000, policy: { cancelDeadlineMs: 980 } });
  const cancelled: Transition = {
    ...facts,
    type: 'booking_cancelled',
    at: 22,
    from: 'confirmed',
    by: 'user',
  };
  const found = [
    given([]).when({ ...wrong, quantity: 0 }, 30),
    given([]).when(wrong, 30),
    given([...sale, off]).when(wrong, 30),
    given([...sale, cancelled, off]).when(own, 30),
    given([...onSale(sketch), { ...held, expiresAt: 24 }, off]).when(own, 30),
    given([...onSale(sketch), held]).when(own, 30),
    given([...late, sold]).when({ ...own, quantity: 1 }, 30),
    given([...sale, off]).when(own, 30),
    given([...sale, closed]).when(own, 30),
    given([...sale, closed]).when(asExpected, 30),
    given(sale).when(asExpected, 9),
    given(sale).when(asExpected, 200),
    given(sale).when(asExpected, 30),
    given(sale).when({ ...asExpected, quantity: 5 }, 30),
  ].map(({ decision }) => (decision.status === 'refused' ? decision.reason : decision.status));

  expect(found).toEqual([
    'invalid_quantity',
    'event_not_found',
    'booking_not_found',
    'booking_cancelled',
    'hold_lapsed',
    'not_confirmed',
    'cancel_deadline_passed',
    'event_cancelled',
    'quantity_changed',
    'event_closed',
    'sale_not_started',
    'sale_ended',
    'quantity_over_limit',
    'sold_out',
  ]);
  const ranks = found.map((reason) => refusalReasons.findIndex((known) => known === reason));
  expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
});

test('a claim of the seats that another gives back in the same group gets them', () => {
  const { state } = given([...onSale({ total: 3 }), sold]);
  const claim: Reserve = { type: 'reserve', bookingId: 'b2', userId: 'bob', quantity: 2 };
  const { decisions } = decideGroup(state, [toOne, claim], 30);
  expect(decisions).toMatchObject([{ status: 'accepted' }, { booking: { status: 'held' } }]);
});
