import type { Booking } from '@holdfast/domain';
import { decideStock, type Product, type Shop, type StockCommand } from '@holdfast/domain/stock';
import { decideTimeSlot, type Restaurant } from '@holdfast/domain/time-slots';
import { describe, expect, test } from 'vitest';

describe('stock', () => {
  const product: Product = {
    id: 'crate',
    name: 'The last crate',
    releasedAt: 0,
    stockQuantity: 5,
    reservedQuantity: 0,
    soldQuantity: 0,
    version: 0,
  };
  const policy = { quantityPerOrderMax: 3, ordersPerCustomerMax: 1, cartDurationMs: 1_000 };
  const shop: Shop = { product, orders: [], policy };
  const purchase: StockCommand = {
    type: 'purchase',
    orderId: 'o1',
    customerId: 'ann',
    quantity: 3,
  };

  /** What a team does with a decision: writes the product and the orders that changed. */
  function after(before: Shop, command: StockCommand, now: number): Shop {
    const decision = decideStock(before, command, now);
    if (decision.status === 'refused') throw new Error(decision.reason);
    const orders = new Map(before.orders.map((order) => [order.id, order]));
    for (const order of decision.changedOrders) orders.set(order.id, order);
    return { ...before, product: decision.product, orders: [...orders.values()] };
  }

  test('a purchase takes pieces, under the guard that it names', () => {
    expect(decideStock(shop, purchase, 10)).toMatchObject({
      status: 'accepted',
      product: { stockQuantity: 2, reservedQuantity: 0, soldQuantity: 3, version: 1 },
      order: { id: 'o1', status: 'confirmed' },
      stockQuantityMin: 3,
    });
  });

  test('stock never goes below nothing', () => {
    const rest = after(shop, purchase, 10);
    expect(decideStock(rest, { ...purchase, orderId: 'o2', customerId: 'bob' }, 20)).toEqual({
      status: 'refused',
      reason: 'out_of_stock',
    });
  });

  test('a repeated purchase changes nothing', () => {
    const bought = after(shop, purchase, 10);
    expect(after(bought, purchase, 20)).toEqual(bought);
    expect(decideStock(bought, purchase, 20)).toMatchObject({ changedOrders: [] });
  });

  test('a cart keeps pieces until it runs out, and then makes room', () => {
    const inCart = after(shop, { ...purchase, type: 'put_in_cart' }, 10);
    expect(inCart.product).toMatchObject({ stockQuantity: 2, reservedQuantity: 3 });
    const bob: StockCommand = { ...purchase, orderId: 'o2', customerId: 'bob' };
    expect(decideStock(inCart, bob, 1_009)).toMatchObject({ reason: 'out_of_stock' });
    const sold = after(inCart, bob, 1_010);
    expect(sold.product).toMatchObject({ stockQuantity: 2, reservedQuantity: 0, soldQuantity: 3 });
    expect(sold.orders.map((order: Booking) => order.status)).toEqual(['expired', 'confirmed']);
  });

  test('checking out sells what is in the cart; cancelling gives it back', () => {
    const ann = { orderId: 'o1', customerId: 'ann' };
    const inCart = after(shop, { ...purchase, type: 'put_in_cart' }, 10);
    const paid = after(inCart, { type: 'check_out', ...ann }, 20);
    expect(paid.product).toMatchObject({ reservedQuantity: 0, soldQuantity: 3 });
    expect(after(paid, { type: 'cancel_order', ...ann }, 30).product).toMatchObject({
      stockQuantity: 5,
      soldQuantity: 0,
    });
  });
});

describe('time slots', () => {
  const restaurant: Restaurant = {
    slot: {
      id: 'friday-19h',
      restaurantId: 'anchor',
      time: 1_000,
      placeCount: 20,
      tableCapacity: 6,
      version: 7,
    },
    reservations: [],
    policy: { partySizeMax: 8, reservationsPerGuestMax: 1 },
  };
  const reserve = {
    type: 'reserve_table',
    reservationId: 'r1',
    guestId: 'ann',
    partySize: 4,
  } as const;

  test('a reservation takes places at the tables', () => {
    expect(decideTimeSlot(restaurant, reserve, 10)).toMatchObject({
      status: 'accepted',
      isNew: true,
      slot: { tableCapacity: 2, version: 8 },
      tableCapacityMin: 4,
    });
  });

  test.each([
    ['fully_booked', { ...reserve, partySize: 7 }, 10],
    ['party_too_large', { ...reserve, partySize: 9 }, 10],
    ['slot_passed', reserve, 1_000],
  ])('says %s in its own words', (reason, command, now) => {
    expect(decideTimeSlot(restaurant, command, now)).toEqual({ status: 'refused', reason });
  });

  test('a cancelled reservation gives its places back, once', () => {
    const taken = decideTimeSlot(restaurant, reserve, 10);
    if (taken.status === 'refused') throw new Error(taken.reason);
    const cancel = { type: 'cancel_reservation', reservationId: 'r1', guestId: 'ann' } as const;
    const full = { ...restaurant, slot: taken.slot, reservations: [taken.reservation] };
    const given = decideTimeSlot(full, cancel, 20);
    if (given.status === 'refused') throw new Error(given.reason);
    expect(given.slot).toMatchObject({ tableCapacity: 6, version: 9 });
    const again = { ...full, slot: given.slot, reservations: [given.reservation] };
    expect(decideTimeSlot(again, cancel, 30)).toMatchObject({
      isNew: false,
      slot: { tableCapacity: 6, version: 9 },
    });
  });
});
