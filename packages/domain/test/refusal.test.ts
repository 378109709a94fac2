import { explainRefusal, type Reserve, refusalReasons, type Transition } from '@holdfast/domain';
import { given, onSale } from '@holdfast/domain/testing';
import { expect, test } from 'vitest';

/**
 * A request that is wrong in every way at once, then fixed one way at a time: each fix must
 * uncover the next reason, in the order of `refusalReasons`.
 */
test('where several reasons apply, the first in the order of precedence is given', () => {
  const wrong: Reserve = { type: 'reserve', bookingId: 'b1', userId: 'ann', quantity: 20 };
  const sketch = {
    total: 3,
    policy: { quantityPerBookingMax: 5, holdPauseMs: 1_000 },
    saleWindow: { opensAt: 100, closesAt: 200 },
  };
  const ofAnn: Transition = {
    type: 'booking_held',
    at: 0,
    bookingId: 'b0',
    userId: 'ann',
    quantity: 1,
    ordinal: 1,
    expiresAt: 10_000,
  };
  const ofDan: Transition = { ...ofAnn, bookingId: 'b2', userId: 'dan', expiresAt: 50 };
  const taken: Transition = { ...ofAnn, bookingId: 'b1', userId: 'bob' };
  const off: Transition = { type: 'event_closed', at: 0, as: 'cancelled' };
  const closed: Transition = { ...off, as: 'closed' };
  const sale = [...onSale(sketch), ofAnn, ofDan];

  const found = [
    given([]).when({ ...wrong, quantity: 0 }, 0),
    given([]).when(wrong, 0),
    given([...sale, taken, off]).when(wrong, 0),
    given([...sale, off]).when(wrong, 0),
    given([...sale, closed]).when(wrong, 0),
    // A draft is nobody's to know of but its organizer's.
    given(sale.filter((each) => each.type !== 'event_opened')).when(
      { ...wrong, userId: 'organizer' },
      0,
    ),
    given(sale).when(wrong, 0),
    given(sale).when(wrong, 200),
    given(sale).when(wrong, 100),
    given(sale).when({ ...wrong, quantity: 5 }, 100),
    given(sale).when({ ...wrong, quantity: 5, userId: 'dan' }, 100),
    given(sale).when({ ...wrong, quantity: 5, userId: 'cat' }, 100),
  ].map(({ decision }) => (decision.status === 'refused' ? decision.reason : decision.status));

  expect(found).toEqual([
    'invalid_quantity',
    'event_not_found',
    'id_taken',
    'event_cancelled',
    'event_closed',
    'not_on_sale',
    'sale_not_started',
    'sale_ended',
    'quantity_over_limit',
    'bookings_over_limit',
    'hold_paused',
    'sold_out',
  ]);
  const ranks = found.map((reason) => refusalReasons.findIndex((known) => known === reason));
  expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
});

/** The same for an organizer's command. */
test('and so it is for what an organizer wants', () => {
  const wrong = {
    type: 'update',
    organizerId: 'rival',
    title: null,
    date: 50,
    saleWindow: { opensAt: 60, closesAt: 'date' },
    policy: null,
    expectedVersion: 0,
  } as const;
  const off: Transition = { type: 'event_closed', at: 0, as: 'cancelled' };
  const [own, possible] = [{ organizerId: 'organizer' }, { saleWindow: null }];
  const found = [
    given([...onSale(), off]).when(wrong, 100),
    given([...onSale(), off]).when({ ...wrong, ...own }, 100),
    given([...onSale(), off]).when({ ...wrong, ...own, ...possible }, 100),
    given(onSale({ saleFollowsDate: true })).when({ ...wrong, ...own, ...possible }, 100),
    given(onSale({ saleFollowsDate: true })).when(
      { ...wrong, ...own, ...possible, expectedVersion: 1 },
      100,
    ),
  ].map(({ decision }) => (decision.status === 'refused' ? decision.reason : decision.status));

  expect(found).toEqual([
    'event_not_found',
    'invalid_rules',
    'event_cancelled',
    'event_changed',
    'sale_already_over',
  ]);
  const ranks = found.map((reason) => refusalReasons.findIndex((known) => known === reason));
  expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
});

test('every reason has a sentence for people', () => {
  for (const reason of refusalReasons) expect(explainRefusal(reason)).toMatch(/^[A-Z].*\.$/);
});
