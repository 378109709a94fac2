import type { SalesTables } from '@holdfast/sales';

/** No table seats more. */
export const partySizeMax = 20;

/** So long a guest has for filling in the form. */
const holdDurationMs = 600_000;

/** A slot is what is sold, by guests. A reservation is a claim on it. */
export const salesTables = {
  item: {
    table: 'restaurant.time_slots',
    id: 'id',
    available: 'table_capacity',
    held: 'held_capacity',
    version: 'version',
  },
  claim: {
    table: 'restaurant.reservations',
    id: 'id',
    item: 'slot_id',
    user: 'guest_id',
    quantity: 'party_size',
    status: {
      column: 'status',
      held: 'held',
      confirmed: 'confirmed',
      cancelled: 'cancelled',
      expired: 'expired',
    },
    expiresAt: 'held_until',
  },
  policy: { quantityPerClaimMax: partySizeMax, activeClaimsPerUserMax: 1, holdDurationMs },
} satisfies SalesTables;
