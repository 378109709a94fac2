import type { BookingCommand } from '../commands/commands.ts';
import type { EventState, Policy } from '../event/event.ts';
import type { Instant } from '../instant.ts';
import { checkShop } from './check-shop.ts';
import { decideOne, type OneWrite } from './decide-one.ts';
import type { Product, Shop, ShopPolicy, StockCommand, StockDecision, StockWrite } from './shop.ts';

export type * from './shop.ts';

/**
 * The booking rules in the words of a shop: what becomes of a command about an order, and what to
 * write of it.
 *
 * Refuses as reserve, confirm, cancel and book do, with `out_of_stock` for `sold_out`.
 *
 * The write, whole, in one transaction (examples/sell-stock.ts is a program that does it):
 *
 * ```sql
 * update products set version = version + 1, stock_quantity = stock_quantity + $2,
 *   reserved_quantity = reserved_quantity + $3, sold_quantity = sold_quantity + $4
 * where id = $1 and stock_quantity >= $5; -- stockQuantityMin
 *
 * update orders set status = $3, moved_from = status, changed_at = now()
 * where product_id = $1 and id = $2 and status = $4; -- each moved order, from its seenStatus
 *
 * insert into orders (product_id, id, customer_id, ordinal, quantity, status, expires_at)
 * values ($1, $2, $3, $4, $5, $6, $7); -- each new order
 * ```
 *
 * An update that finds no row, or a key that is taken, rolls all of it back; then read and decide
 * again. The keys, once:
 *
 * ```sql
 * primary key (product_id, id);
 * create unique index on orders (product_id, customer_id, ordinal)
 * where status in ('held', 'confirmed');
 * ```
 *
 * @throws InvalidInput where a field is not what its type says, such as a count that came as text.
 * @example
 * decideStock({ product, orders, policy }, { type: 'purchase', orderId, customerId, quantity: 1 }, now)
 * // { status: 'accepted', order, write: { stockQuantityChange: -1, stockQuantityMin: 1, … } }
 * // or { status: 'refused', reason: 'out_of_stock' }
 */
export function decideStock(shop: Shop, command: StockCommand, now: Instant): StockDecision {
  checkShop(shop, command, now);
  const { product, orders, policy } = shop;
  const sold = { event: eventOf(product, policy), bookings: orders };
  const decision = decideOne(sold, bookingCommandOf(command), now);
  if (decision.status === 'refused') {
    const { reason } = decision;
    return { status: 'refused', reason: reason === 'sold_out' ? 'out_of_stock' : reason };
  }
  const { booking, write } = decision;
  return { status: 'accepted', order: booking, write: write && stockWriteOf(write) };
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
    saleFollowsDate: false,
    publishedAt: 0,
    cancelledAt: null,
    version: product.version,
    organizedVersion: 1,
  };
}

function policyOf(policy: ShopPolicy): Policy {
  return {
    quantityPerBookingMax: policy.quantityPerOrderMax,
    activeBookingsPerUserMax: policy.ordersPerCustomerMax,
    holdDurationMs: policy.cartDurationMs,
    holdPauseMs: 0,
    cancelDeadlineMs: null,
    holdExtensionMaxMs: 0,
    extendsWhenSoldOut: true,
  };
}

function stockWriteOf({ capacityChange, ...write }: OneWrite): StockWrite {
  const { total, available, held } = capacityChange;
  return {
    stockQuantityChange: available,
    reservedQuantityChange: held,
    soldQuantityChange: total - available - held,
    versionChange: 1,
    stockQuantityMin: write.availableMin,
    movedOrders: write.movedBookings.map(({ seen, booking }) => ({
      seenStatus: seen.status,
      order: booking,
    })),
    newOrders: write.newBookings,
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
