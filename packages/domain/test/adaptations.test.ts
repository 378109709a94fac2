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
  const bought = {
    id: 'o1',
    userId: 'ann',
    quantity: 3,
    ordinal: 1,
    status: 'confirmed',
    confirmedAt: 10,
  };

  /** What a team does with a decision: adds the changes to the product, moves orders, inserts new ones. */
  function after(before: Shop, command: StockCommand, now: number): Shop {
    const decision = decideStock(before, command, now);
    if (decision.status === 'refused') throw new Error(decision.reason);
    const { write } = decision;
    if (write === null) return before;
    const moved = new Map(write.movedOrders.map(({ order }) => [order.id, order]));
    return {
      ...before,
      product: {
        ...before.product,
        stockQuantity: before.product.stockQuantity + write.stockQuantityChange,
        reservedQuantity: before.product.reservedQuantity + write.reservedQuantityChange,
        soldQuantity: before.product.soldQuantity + write.soldQuantityChange,
        version: before.product.version + write.versionChange,
      },
      orders: [...before.orders.map((order) => moved.get(order.id) ?? order), ...write.newOrders],
    };
  }

  test('a purchase takes pieces, under the guard that it names', () => {
    expect(decideStock(shop, purchase, 10)).toEqual({
      status: 'accepted',
      order: bought,
      write: {
        stockQuantityChange: -3,
        reservedQuantityChange: 0,
        soldQuantityChange: 3,
        versionChange: 1,
        stockQuantityMin: 3,
        movedOrders: [],
        newOrders: [bought],
      },
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
    const sold = after(shop, purchase, 10);
    expect(decideStock(sold, purchase, 20)).toEqual({
      status: 'accepted',
      order: bought,
      write: null,
    });
  });

  test('a cart keeps pieces until it runs out, and then makes room', () => {
    const inCart = after(shop, { ...purchase, type: 'put_in_cart' }, 10);
    expect(inCart.product).toMatchObject({ stockQuantity: 2, reservedQuantity: 3 });
    const bob: StockCommand = { ...purchase, orderId: 'o2', customerId: 'bob' };
    expect(decideStock(inCart, bob, 1_009)).toMatchObject({ reason: 'out_of_stock' });
    const reclaimed = decideStock(inCart, bob, 1_010);
    expect(reclaimed).toMatchObject({
      write: {
        stockQuantityChange: 0,
        stockQuantityMin: 0,
        movedOrders: [{ seenStatus: 'held', order: { id: 'o1', status: 'expired' } }],
        newOrders: [{ id: 'o2', status: 'confirmed' }],
      },
    });
    const sold = after(inCart, bob, 1_010);
    expect(sold.product).toMatchObject({ stockQuantity: 2, reservedQuantity: 0, soldQuantity: 3 });
    expect(sold.orders.map((order: Booking) => order.status)).toEqual(['expired', 'confirmed']);
  });

  test("a customer's next order has the next ordinal, which the unique index is over", () => {
    const two = { ...shop, policy: { ...policy, ordersPerCustomerMax: 2 } };
    const sold = after(two, { ...purchase, quantity: 1 }, 10);
    const next = decideStock(sold, { ...purchase, orderId: 'o2', quantity: 1 }, 20);
    expect(next).toMatchObject({ write: { newOrders: [{ id: 'o2', ordinal: 2 }] } });
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
    const reservation = {
      id: 'r1',
      userId: 'ann',
      quantity: 4,
      ordinal: 1,
      status: 'confirmed',
      confirmedAt: 10,
    };
    expect(decideTimeSlot(restaurant, reserve, 10)).toEqual({
      status: 'accepted',
      reservation,
      write: {
        tableCapacityChange: -4,
        versionChange: 1,
        tableCapacityMin: 4,
        movedReservations: [],
        newReservations: [reservation],
      },
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
    const slot = { ...restaurant.slot, tableCapacity: 2 };
    const given = decideTimeSlot(
      { ...restaurant, slot, reservations: [taken.reservation] },
      cancel,
      20,
    );
    if (given.status === 'refused') throw new Error(given.reason);
    expect(given.write).toMatchObject({
      tableCapacityChange: 4,
      tableCapacityMin: 0,
      movedReservations: [{ seenStatus: 'confirmed', reservation: { status: 'cancelled' } }],
    });
    const again = { ...restaurant, reservations: [given.reservation] };
    expect(decideTimeSlot(again, cancel, 30)).toMatchObject({ write: null });
  });
});
