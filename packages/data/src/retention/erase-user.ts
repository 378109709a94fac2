import { randomUUID } from 'node:crypto';
import type { PoolClient } from 'pg';
import { auditTimeoutMs } from '../audit/audit.ts';
import { type Database, openDatabase } from '../connection/database.ts';
import { inTransaction } from '../sql/transaction.ts';
import { eraseFromArchives, type Renaming } from './erase-from-archives.ts';
import { retentionLock } from './retention-lock.ts';

/** Who is erased, and by whom. */
export interface ErasureOrder {
  readonly userId: string;
  /** Who does it: kept for ever, unlike whom. */
  readonly actor: string;
}

/** How many rows had the user's id. */
export interface ErasedCounts {
  readonly bookingCount: number;
  readonly ledgerRowCount: number;
  readonly orderCount: number;
  readonly archiveCount: number;
}

/** What came of it. */
export type Erased =
  /** The id was replaced everywhere, or was nowhere (all counts are 0). */
  | ({ readonly status: 'erased' } & ErasedCounts)
  /** The user still has something that is to come. Nothing was changed. */
  | { readonly status: 'active'; readonly bookings: readonly ActiveKey[] }
  /** The user organizes events. Nothing was changed. */
  | { readonly status: 'organizer'; readonly eventCount: number };

/** A booking that has to be cancelled first. */
export interface ActiveKey {
  readonly eventId: string;
  readonly bookingId: string;
}

/** How many of them are named. */
const activeCountMax = 100;

/** A run of the retention takes seconds, a commit less. */
const lockTimeoutMs = 60_000;

/**
 * Replaces a user's id by a name that nothing leads back from, in bookings, ledger, orders and archives, all in one
 * transaction. Every row else stays as it is, so the audit and the unique indexes hold. It is written down that it
 * was done, by whom, and how many rows it were; neither the id nor the new name.
 *
 * It is refused while the user has a hold, or a confirmed booking of an event that is to come: somebody is expected
 * then. It takes the role that owns the tables, and may be repeated.
 *
 * @throws DatabaseUnavailable; Error of pg where the role may not
 * @example await eraseUser(database, { userId: 'ann', actor: 'privacy desk, case 17' })
 */
export async function eraseUser(database: Database, order: ErasureOrder): Promise<Erased> {
  // Connections of its own: it looks through tables and archives as a whole, longer than a booking may.
  const patient = await openDatabase({
    ...database.options,
    poolSizeMax: 2,
    lockTimeoutMs,
    statementTimeoutMs: auditTimeoutMs,
    replyTimeoutMs: auditTimeoutMs,
  });
  try {
    return await inTransaction(patient, async (client) => {
      // No archive is written meanwhile.
      await client.query(`select pg_advisory_xact_lock(${retentionLock})`);
      return await eraseIn(client, order);
    });
  } finally {
    await patient.close();
  }
}

async function eraseIn(client: PoolClient, { userId, actor }: ErasureOrder): Promise<Erased> {
  const organized = await client.query<{ count: number }>(organizedEvents, [userId]);
  const eventCount = organized.rows[0]?.count ?? 0;
  if (eventCount > 0) return { status: 'organizer', eventCount };
  const active = await client.query<ActiveKey>(activeBookings, [userId, activeCountMax]);
  if (active.rows.length > 0) return { status: 'active', bookings: active.rows };
  const renaming = { userId, name: `erased-${randomUUID()}` };
  const counts = {
    bookingCount: await rename(client, renameInBookings, renaming),
    ledgerRowCount: await renameInLedgerRows(client, renaming),
    orderCount: await rename(client, renameInOrders, renaming),
    archiveCount: await eraseFromArchives(client, renaming),
  };
  if (Object.values(counts).some((count) => count > 0)) {
    await client.query(noteErasure, [randomUUID(), actor, ...Object.values(counts)]);
  }
  return { status: 'erased', ...counts };
}

const organizedEvents = 'select count(*)::int as count from events where organizer_id = $1';

/** Bookings that take seats of something that is to come, and what is offered to the user. */
const activeBookings = `
  select b.event_id as "eventId", b.id as "bookingId"
  from bookings b join events e on e.id = b.event_id
  where (b.user_id = $1 or b.offered_to = $1) and b.status in ('held', 'confirmed')
    and e.cancelled_at is null
    and (b.status = 'held' and b.expires_at > statement_timestamp()
      or b.status = 'confirmed' and e.date > statement_timestamp())
  order by b.event_id, b.id limit $2`;

const renameInBookings = `
  update bookings
  set user_id = case user_id when $1 then $2 else user_id end,
    offered_to = case offered_to when $1 then $2 else offered_to end
  where user_id = $1 or offered_to = $1`;

const renameInOrders = 'update orders set user_id = $2 where user_id = $1';

/** Where facts of a ledger row name a user. */
const factPaths = ['{before,userId}', '{offer,toUserId}'];

const inFacts = factPaths.map((path) => `facts #>> '${path}' = $1`).join(' or ');

/** `$3` is the new name as JSON. Citus takes nothing that is only STABLE, such as `to_jsonb`, within `case`. */
const renamedFacts = factPaths.reduce(
  (facts, path) =>
    `case when facts #>> '${path}' = $1 then jsonb_set(${facts}, '${path}', $3::jsonb) else ${facts} end`,
  'facts',
);

const renameInLedger = `
  update ledger
  set user_id = case user_id when $1 then $2 else user_id end,
    actor = case actor when $1 then $2 else actor end,
    facts = ${renamedFacts}
  where user_id = $1 or actor = $1 or ${inFacts}`;

async function renameInLedgerRows(client: PoolClient, renaming: Renaming): Promise<number> {
  await client.query(`set local holdfast.ledger_exception = 'erased'`);
  const { userId, name } = renaming;
  const { rowCount } = await client.query(renameInLedger, [userId, name, JSON.stringify(name)]);
  await client.query(`set local holdfast.ledger_exception = ''`);
  return rowCount ?? 0;
}

async function rename(client: PoolClient, sql: string, { userId, name }: Renaming) {
  const { rowCount } = await client.query(sql, [userId, name]);
  return rowCount ?? 0;
}

const noteErasure = `
  insert into erasures (id, at, actor, booking_count, ledger_row_count, order_count, archive_count)
  values ($1, statement_timestamp(), $2, $3, $4, $5, $6)`;
