import type { Booking, BookingStatus } from '../booking/booking.ts';
import type { RefusalReason } from '../commands/refusal.ts';
import type { Instant } from '../instant.ts';

/** A product that sells out, as a shop keeps it. Pieces are the rules' seats. */
export interface Product {
  readonly id: string;
  readonly name: string;
  /** From then on it is sold. */
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

/** An order that was there, as it is to be written, and the status that it must still have. */
export interface MovedOrder {
  readonly seenStatus: BookingStatus;
  readonly order: Booking;
}

/**
 * What to write of an accepted command: all of it in one transaction, or nothing.
 *
 * The counters are differences to add to what the row then says, since other orders may have been
 * written since the product was read. The guard is threefold, and no part of it is enough alone:
 * - the product still has `stockQuantityMin` pieces. Its row is written first, which also makes
 *   writers of one product take turns;
 * - each moved order still has its `seenStatus`. That covers the cart's expiry, since no order comes
 *   back to a status it has left, and its `expiresAt` never changes. (If your shop lets a cart last
 *   longer, compare that, too);
 * - a new order's keys are free: its id, and its `ordinal` among the orders of its customer that are
 *   held or confirmed. Both are unique indexes, and the second holds customers to the policy however
 *   their orders race: `unique (product_id, customer_id, ordinal) where status in ('held', 'confirmed')`.
 *
 * Where one of them fails, roll back, read again and decide again, a few times at most. The policy
 * and the release are relied on, too: an order that was decided just before you change them may be
 * written just after.
 */
export interface StockWrite {
  readonly stockQuantityChange: number;
  readonly reservedQuantityChange: number;
  readonly soldQuantityChange: number;
  readonly versionChange: 1;
  readonly stockQuantityMin: number;
  /** Carts that ran out and made room, or the order that the command names. Before the new ones. */
  readonly movedOrders: readonly MovedOrder[];
  /** To insert as they are, `ordinal` included. */
  readonly newOrders: readonly Booking[];
}

export type StockDecision =
  | {
      readonly status: 'accepted';
      /** The order as it is once the write has gone through: what to tell the customer. */
      readonly order: Booking;
      /** `null`: it was so already, and there is nothing to write. */
      readonly write: StockWrite | null;
    }
  | { readonly status: 'refused'; readonly reason: StockRefusalReason };

/** What is known of a shop when it decides. An order is a booking by another name. */
export interface Shop {
  readonly product: Product;
  /**
   * Of this product: the order that is named, if it is there; its customer's others that are held or
   * confirmed; and carts that have run out, the longest lapsed first, as many as pieces are asked for.
   */
  readonly orders: readonly Booking[];
  readonly policy: ShopPolicy;
}
