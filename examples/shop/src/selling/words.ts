/** Some pieces of one product. */
export interface AskedLine {
  /** A UUID, made once: a retry with the same one has one effect. */
  readonly id: string;
  readonly productId: number;
  readonly quantity: number;
}

/** Asks for lines of one order. */
export interface AskedOrder {
  /** A UUID, which all lines of the order have. */
  readonly orderId: string;
  readonly customerId: string;
  /** 1 to 20. */
  readonly lines: readonly AskedLine[];
}

/** Asks for pieces to be kept. */
export interface AskedCartLine extends AskedLine {
  readonly orderId: string;
  readonly customerId: string;
}

/** Names a line, and whose it is. */
export interface NamedLine {
  readonly id: string;
  readonly customerId: string;
}

interface LineFacts extends AskedLine {
  readonly customerId: string;
}

/** A line as it now is. It is committed. `cancelled`: also returned, or lost in a stock-taking. */
export type OrderLine =
  | (LineFacts & { readonly status: 'in_cart'; readonly reservedUntil: Date })
  | (LineFacts & { readonly status: 'paid' | 'cancelled' | 'timed_out' });

/** Why nothing was written. */
export type ShopRefusalReason =
  | 'product_not_found'
  | 'invalid_quantity'
  | 'quantity_over_limit'
  | 'orders_over_limit'
  | 'out_of_stock'
  | 'id_taken'
  | 'line_not_found'
  | 'line_cancelled'
  | 'line_not_paid'
  | 'cart_lapsed';

/** `message` is for people. */
export interface ShopRefusal {
  readonly status: 'refused';
  readonly reason: ShopRefusalReason;
  readonly message: string;
}

/** The connection broke at the commit. The same command with the same ids settles it. */
export interface Unknown {
  readonly status: 'unknown';
}

export type LineOutcome = OrderLine | ShopRefusal | Unknown;

/** All lines are paid, or none. `line`: the place, from 0 on, of the one in the way. */
export type OrderOutcome =
  | { readonly status: 'paid'; readonly lines: readonly OrderLine[] }
  | (ShopRefusal & { readonly line: number })
  | Unknown;
