import type { Booking } from '../booking.ts';
import { soldSeats } from '../capacity.ts';
import type { BookingCommand } from '../commands.ts';
import type { EventState, Policy } from '../event.ts';
import type { Instant } from '../instant.ts';
import type { RefusalReason } from '../refusal.ts';
import { type AcceptedOne, decideOne } from './decide-one.ts';

/** A product that sells out, as a shop keeps it. Pieces are the rules' seats. */
export interface Product {
  readonly id: string;
  readonly name: string;
  readonly releasedAt: Instant;
  /** Pieces that may still be sold. */
  readonly stockQuantity: number;
  /** Pieces in somebody's cart. */
  readonly reservedQuantity: number;
  readonly soldQuantity: number;
  readonly version: number;
}

/** What one order, one customer and one cart may have. */
export interface ShopPolicy {
  readonly quantityPerOrderMax: number;
  readonly ordersPerCustomerMax: number;
  readonly cartDurationMs: number;
}

/** `put_in_cart` reserves, `check_out` confirms, `purchase` is both at once. */
export type StockCommand =
  | {
      readonly type: 'put_in_cart' | 'purchase';
      readonly orderId: string;
      readonly customerId: string;
      readonly quantity: number;
    }
  | {
      readonly type: 'check_out' | 'cancel_order';
      readonly orderId: string;
      readonly customerId: string;
    };

export type StockRefusalReason = Exclude<RefusalReason, 'sold_out'> | 'out_of_stock';

export type StockDecision =
  | {
      readonly status: 'accepted';
      readonly product: Product;
      readonly order: Booking;
      /** Every order to write: this one, and carts that ran out and made room. */
      readonly changedOrders: readonly Booking[];
      /** Write under this guard: `stock_quantity >= stockQuantityMin`. */
      readonly stockQuantityMin: number;
    }
  | { readonly status: 'refused'; readonly reason: StockRefusalReason };

/** What is known of a shop when it decides. An order is a booking by another name. */
export interface Shop {
  readonly product: Product;
  /** The order that is named, if it is there, its customer's others, and carts that have run out. */
  readonly orders: readonly Booking[];
  readonly policy: ShopPolicy;
}

/**
 * The booking rules in the words of a shop: what becomes of a command about an order.
 *
 * Refuses as reserve, confirm, cancel and book do, with `out_of_stock` for `sold_out`.
 *
 * @example
 * decideStock(shop, { type: 'purchase', orderId, customerId, quantity: 1 }, now)
 * // { status: 'accepted', product: { stockQuantity: 4, soldQuantity: 1, … }, … }
 */
export function decideStock(shop: Shop, command: StockCommand, now: Instant): StockDecision {
  const { product, orders, policy } = shop;
  const sold = { event: eventOf(product, policy), bookings: orders };
  const decision = decideOne(sold, bookingCommandOf(command), now);
  if (decision.status === 'refused') {
    const { reason } = decision;
    return { status: 'refused', reason: reason === 'sold_out' ? 'out_of_stock' : reason };
  }
  return {
    status: 'accepted',
    product: productAfter(product, decision),
    order: decision.booking,
    changedOrders: decision.changed,
    stockQuantityMin: decision.availableMin,
  };
}

function eventOf(product: Product, policy: ShopPolicy): EventState {
  const { stockQuantity: available, reservedQuantity: held, soldQuantity } = product;
  return {
    id: product.id,
    organizerId: 'shop',
    title: product.name,
    date: product.releasedAt,
    rules: {
      status: 'on_sale',
      saleWindow: { opensAt: product.releasedAt, closesAt: null },
      policy: policyOf(policy),
    },
    capacity: { total: available + held + soldQuantity, available, held },
    version: product.version,
  };
}

function policyOf(policy: ShopPolicy): Policy {
  return {
    quantityPerBookingMax: policy.quantityPerOrderMax,
    activeBookingsPerUserMax: policy.ordersPerCustomerMax,
    holdDurationMs: policy.cartDurationMs,
    holdPauseMs: 0,
  };
}

function productAfter(product: Product, { capacity, changed }: AcceptedOne): Product {
  return {
    ...product,
    stockQuantity: capacity.available,
    reservedQuantity: capacity.held,
    soldQuantity: soldSeats(capacity),
    version: product.version + (changed.length > 0 ? 1 : 0),
  };
}

const commandTypes = {
  put_in_cart: 'reserve',
  purchase: 'book',
  check_out: 'confirm',
  cancel_order: 'cancel',
} as const;

function bookingCommandOf(command: StockCommand): BookingCommand {
  const named = { bookingId: command.orderId, userId: command.customerId };
  return 'quantity' in command
    ? { ...named, type: commandTypes[command.type], quantity: command.quantity }
    : { ...named, type: commandTypes[command.type] };
}
