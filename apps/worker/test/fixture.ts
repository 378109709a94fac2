import { randomUUID } from 'node:crypto';
import {
  audit,
  commit,
  type Database,
  findEventsToSweep,
  migrate,
  openDatabase,
} from '@holdfast/data';
import { freshDatabase } from '@holdfast/testing';
import { expect } from 'vitest';

/** A migrated database of a test file's own, and its URL. */
export async function openFresh(): Promise<{ database: Database; url: string }> {
  const url = await freshDatabase();
  const database = await openDatabase({ url, lockTimeoutMs: 100 });
  await migrate(database);
  return { database, url };
}

interface HoldsSketch {
  readonly holdCount?: number;
  /** 1 ms, unless said otherwise: they have lapsed by the time anybody looks. */
  readonly holdDurationMs?: number;
}

/** An event on sale with so many holds of one seat each, and ten seats more. Returns its id. */
export async function eventWithHolds(
  database: Database,
  sketch: HoldsSketch = {},
): Promise<string> {
  const { holdCount = 1, holdDurationMs = 1 } = sketch;
  const eventId = randomUUID();
  await commit(database, eventId, [
    {
      type: 'create',
      eventId,
      organizerId: 'organizer',
      title: 'A concert',
      date: Date.UTC(2030, 0, 1),
      total: holdCount + 10,
      saleWindow: { opensAt: null, closesAt: null },
      policy: {
        quantityPerBookingMax: 1,
        activeBookingsPerUserMax: 1,
        holdDurationMs,
        holdPauseMs: 0,
        cancelDeadlineMs: null,
        holdExtensionMaxMs: 0,
        extendsWhenSoldOut: true,
      },
    },
    { type: 'open', organizerId: 'organizer' },
  ]);
  const reserves = Array.from({ length: holdCount }, () => reserveOne());
  if (reserves.length > 0) await commit(database, eventId, reserves);
  return eventId;
}

/** One seat for somebody new. */
function reserveOne() {
  return { type: 'reserve', bookingId: randomUUID(), userId: randomUUID(), quantity: 1 } as const;
}

/** How long tests wait for what happens by itself in a second: machines are busy. */
export const patienceMs = 20_000;

/** Holds that are not swept yet, lapsed or not. */
export async function heldCount(
  database: Database,
  eventId: string | null = null,
): Promise<number> {
  const text = `select count(*)::int as count from bookings
    where status = 'held' and ($1::uuid is null or event_id = $1)`;
  const { rows } = await database.pool.query<{ count: number }>(text, [eventId]);
  return rows[0]?.count ?? Number.NaN;
}

/** How often a hold was expired, by the ledger. */
export async function expiryCount(
  database: Database,
  eventId: string | null = null,
): Promise<number> {
  const text = `select count(*)::int as count from ledger
    where type = 'booking_expired' and ($1::uuid is null or event_id = $1)`;
  const { rows } = await database.pool.query<{ count: number }>(text, [eventId]);
  return rows[0]?.count ?? Number.NaN;
}

/**
 * Every invariant holds, of every event, once what a test left lapsed is swept: on a busy machine
 * that may be longer ago than I7 allows.
 */
export async function expectSound(database: Database): Promise<void> {
  for (const eventId of await findEventsToSweep(database, { limit: 100 })) {
    await commit(database, eventId, [{ type: 'expire', bookingCountMax: 1_000 }]);
  }
  const report = await audit(database, { eventId: null });
  expect(report.invariants.filter(({ violations }) => violations.length > 0)).toEqual([]);
}

interface Lock {
  release(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Keeps the rows of these events locked until it is released. */
export async function lockEvents(database: Database, ...eventIds: string[]): Promise<Lock> {
  const client = await database.pool.connect();
  await client.query('begin');
  await client.query('select from events where id = any($1) for update', [eventIds]);
  let isHeld = true;
  async function release() {
    if (!isHeld) return;
    isHeld = false;
    await client.query('rollback');
    client.release();
  }
  return { release, [Symbol.asyncDispose]: release };
}

/** Waits until another connection to this database waits for a row lock. */
export async function untilSomebodyWaitsForALock(database: Database): Promise<void> {
  const text = `select count(*)::int as count from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`;
  const waiting = async () =>
    (await database.pool.query<{ count: number }>(text)).rows[0]?.count ?? 0;
  await expect.poll(waiting, { timeout: patienceMs }).toBeGreaterThan(0);
}
