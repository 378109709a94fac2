import type { SalesTables } from '@holdfast/sales';

/** So long pieces stay in a cart. */
const holdDurationMs = 600_000;

/** A product is what is sold, by the piece. A line of an order is a claim on it. */
export const salesTables = {
  item: {
    table: 'shop.products',
    id: 'id',
    available: 'stock_quantity',
    held: 'reserved_quantity',
    version: 'version',
  },
  claim: {
    table: 'shop.order_lines',
    id: 'id',
    item: 'product_id',
    user: 'customer_id',
    quantity: 'quantity',
    status: {
      column: 'state',
      held: 'in_cart',
      confirmed: 'paid',
      // The first word is what sales write. The others are written by returns and stock-takings.
      cancelled: ['cancelled', 'returned', 'lost'],
      expired: 'timed_out',
    },
    expiresAt: 'reserved_until',
  },
  policy: { quantityPerClaimMax: 5, activeClaimsPerUserMax: 2, holdDurationMs },
} satisfies SalesTables;
