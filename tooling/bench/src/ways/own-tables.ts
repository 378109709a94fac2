import { openSales, plannedOnce, type Sales, type SalesTables } from '@holdfast/sales';
import { Pool } from 'pg';
import { confirmed, soldOut } from './answers.ts';
import type { Booker, Claim, Ground, Way } from './way.ts';

/**
 * A team's own tables, sold by `@holdfast/sales`: the tables that the other ways use, by their names.
 *
 * It has what Holdfast has but for the ledger, the outbox, the sale window and Redis: one effect an id,
 * the limit of a user, groups, guards.
 */
export const ownTables: Way = {
  name: 'own_tables',
  title: 'own tables, by @holdfast/sales',
  claimsSafe: true,
  server: { type: 'own', open: openOwnTables },
};

const tables: SalesTables = {
  item: {
    table: 'events',
    id: 'id',
    available: 'available_seats',
    version: 'version',
    held: 'held_seats',
  },
  claim: {
    table: 'bookings',
    id: 'id',
    item: 'event_id',
    user: 'user_id',
    quantity: 'seat_count',
    status: {
      column: 'status',
      held: 'held',
      confirmed: 'confirmed',
      cancelled: 'cancelled',
      expired: 'expired',
    },
    expiresAt: 'expires_at',
  },
  policy: { quantityPerClaimMax: 10, activeClaimsPerUserMax: 1, holdDurationMs: 600_000 },
};

function openOwnTables({ pool: shared, databaseUrl }: Ground): Booker {
  const { max } = shared.options;
  const pool = new Pool({ connectionString: databaseUrl, max, options: plannedOnce });
  pool.on('error', () => {});
  let opening: Promise<Sales> | null = null;
  const opened = async () => await (opening ??= open(pool));
  return {
    async prepare() {
      await opened();
    },
    async book(claim) {
      return await bookOne(await opened(), claim);
    },
  };
}

/** A team's claims have a key of their own, and columns that nobody writes have defaults. */
async function open(pool: Pool): Promise<Sales> {
  await pool.query(`
    alter table bookings drop constraint bookings_pkey, add primary key (id),
      alter column changed_at set default now(), alter column created_at set default now()`);
  return await openSales({ pool, ...tables });
}

async function bookOne(sales: Sales, claim: Claim) {
  const { eventId: itemId, bookingId: id, userId, quantity } = claim;
  const outcome = await sales.book({ itemId, id, userId, quantity });
  if (outcome.status === 'confirmed') return confirmed(claim);
  if (outcome.status === 'refused' && outcome.reason === 'sold_out') return soldOut;
  throw new Error(`A claim was answered: ${JSON.stringify(outcome)}.`);
}
