import type { PoolClient } from 'pg';
import type { Database } from '../connection/database.ts';
import { mapFaults } from '../connection/faults.ts';
import { isDistributed } from '../connection/is-distributed.ts';
import { type Change, changeColumns, type ChangeRow, toChange } from './feed.ts';
import { feedChannel, packChanges } from './notification.ts';
import { notify } from './notify.ts';

/** How to relay. */
export interface Relay {
  /** Changes of one call, at most. They are read, delivered and marked in one transaction. */
  readonly changeCountMax: number;
  /**
   * Gets the changes before they count as delivered, those of an event in order of version. If it
   * throws, they come again next time. It must bound its own time.
   */
  readonly deliver: (changes: readonly Change[]) => Promise<void>;
}

export interface Relayed {
  readonly changes: readonly Change[];
  /** False where there may be more. */
  readonly isComplete: boolean;
}

/** A lock of the transaction: it goes with it, also when the process is killed. */
const lockOut = "select pg_try_advisory_xact_lock(hashtext('holdfast_relay')) as is_ours";

// In the order of the partial index, so nothing is sorted: by event, and then by version.
const pending = `
  select ${changeColumns} from outbox
  where delivered_at is null
  order by event_id, version
  limit $1`;

const markDelivered = `
  update outbox o set delivered_at = statement_timestamp()
  from unnest($1::uuid[], $2::int[]) as delivered (event_id, version)
  where o.event_id = delivered.event_id and o.version = delivered.version`;

/**
 * Delivers the changes that are pending in the outbox, to `deliver` and to all who listen to the
 * feed. Each is delivered at least once, those of an event in order of version. One process at a
 * time does it.
 *
 * All is one transaction. If it does not end, because the process died or `deliver` threw, the
 * changes stay pending, and nobody has heard of them through the feed.
 *
 * @returns `null` where another process is relaying now
 * @throws DatabaseUnavailable, and what `deliver` throws
 *
 * @example
 * await relayOutbox(database, { changeCountMax: 1_000, deliver: invalidateCache })
 */
export async function relayOutbox(database: Database, relay: Relay): Promise<Relayed | null> {
  const overNodes = await isDistributed(database);
  const client = await mapFaults(() => database.pool.connect());
  let isDone = false;
  try {
    const relayed = await relayInTransaction(client, { ...relay, overNodes });
    isDone = true;
    return relayed;
  } finally {
    // A connection that failed half-way is dropped, and the server rolls its transaction back.
    client.release(!isDone);
  }
}

interface Relaying extends Relay {
  /** Who listens does so at several nodes. */
  readonly overNodes: boolean;
}

async function relayInTransaction(client: PoolClient, relay: Relaying): Promise<Relayed | null> {
  const changes = await mapFaults(() => lockAndRead(client, relay.changeCountMax));
  if (changes === null || changes.length === 0) {
    await mapFaults(() => client.query('rollback'));
    return changes && { changes, isComplete: true };
  }
  try {
    await relay.deliver(changes);
  } catch (error) {
    // Else the lock would stay for as long as PostgreSQL takes to notice a dropped connection.
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
  await mapFaults(() => notifyAndMark(client, changes, relay.overNodes));
  return { changes, isComplete: changes.length < relay.changeCountMax };
}

async function lockAndRead(client: PoolClient, limit: number): Promise<readonly Change[] | null> {
  await client.query('begin');
  const lock = await client.query<{ is_ours: boolean }>(lockOut);
  if (lock.rows[0]?.is_ours !== true) return null;
  const { rows } = await client.query<ChangeRow>(pending, [limit]);
  return rows.map(toChange);
}

async function notifyAndMark(
  client: PoolClient,
  changes: readonly Change[],
  overNodes: boolean,
): Promise<void> {
  const eventIds = changes.map(({ eventId }) => eventId);
  const versions = changes.map(({ version }) => version);
  await client.query(markDelivered, [eventIds, versions]);
  const payloads = packChanges(changes);
  await notify(client, { channel: feedChannel, payloads }, overNodes);
  await client.query('commit');
}
