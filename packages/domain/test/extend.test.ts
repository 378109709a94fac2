import type { BookingHeld, Extend, Policy, Transition } from '@holdfast/domain';
import { given, onSale } from '@holdfast/domain/testing';
import { expect, test } from 'vitest';

const ann = { bookingId: 'b1', userId: 'ann' };
const facts = { ...ann, quantity: 3, ordinal: 1 };
const held: BookingHeld = { type: 'booking_held', at: 100, ...facts, expiresAt: 200 };
const extend: Extend = { type: 'extend', ...ann };
const saleWith = (policy: Partial<Policy> = {}, total = 10) =>
  onSale({ total, policy: { holdDurationMs: 100, holdExtensionMaxMs: 150, ...policy } });
const extended = (at: number, from: number, expiresAt: number): Transition => ({
  type: 'booking_extended',
  ...facts,
  at,
  expiresAt,
  heldSince: 100,
  before: { expiresAt: from },
});

test('a hold is lengthened from now on, and to no more than the total since its begin', () => {
  const first = extended(180, 200, 280);
  const last = extended(270, 280, 350);
  given([...saleWith(), held])
    .when(extend, 180)
    .then([first]);
  given([...saleWith(), held, first])
    .when(extend, 180)
    .thenUnchanged();
  given([...saleWith(), held, first])
    .when(extend, 270)
    .then([last]);
  given([...saleWith(), held, first, last])
    .when(extend, 340)
    .thenUnchanged();
  given([...saleWith(), held, first, last])
    .when(extend, 350)
    .thenRefused('hold_lapsed');
});

test('is refused where the policy says so, of what is no hold, and to others', () => {
  given([...saleWith({ holdExtensionMaxMs: 0 }), held])
    .when(extend, 180)
    .thenRefused('hold_not_extendable');
  const sold: Transition = { type: 'booking_confirmed', at: 120, ...facts, from: 'held' };
  given([...saleWith(), held, sold])
    .when(extend, 180)
    .thenRefused('hold_not_extendable');
  given([...saleWith(), held])
    .when({ ...extend, userId: 'bob' }, 180)
    .thenRefused('booking_not_found');
  given([]).when(extend, 180).thenRefused('event_not_found');
});

test('while nothing is left for others, only where the policy lets it', () => {
  const scarce = { extendsWhenSoldOut: false };
  const lapsed: BookingHeld = { ...held, bookingId: 'b2', userId: 'bob', expiresAt: 150 };
  const first = extended(180, 200, 280);
  given([...saleWith(scarce, 3), held])
    .when(extend, 180)
    .thenRefused('hold_not_extendable');
  for (const history of [
    [...saleWith(scarce, 4), held],
    [...saleWith(scarce, 6), held, lapsed],
    [...saleWith({}, 3), held],
  ]) {
    given(history).when(extend, 180).then([first]);
  }
});

test('a hold that takes the place of another one begins when that did', () => {
  const { decision } = given([...saleWith(), held]).when(
    { type: 'reserve', bookingId: 'b3', userId: 'ann', quantity: 1, replace: true },
    190,
  );
  expect(decision).toMatchObject({ booking: { heldSince: 100, expiresAt: 200 } });
});
