import {
  type Booking,
  type BookingStatus,
  type EventState,
  type Instant,
  relevantTo,
  type State,
} from '@holdfast/domain';
import { stateOf } from '@holdfast/domain/unchecked';
import { textArrayOf } from '@holdfast/data/array-literal';
import type { Pool, PoolClient } from 'pg';
import { unmappedStatus } from './check-tables.ts';
import type { Statement } from './planned-once.ts';
import type { SalesTables } from './options.ts';
import { ask } from './statements.ts';
import { TablesUnfit } from './tables-unfit.ts';
import type { SalesCommand } from './words.ts';

/** The commands of one item that go together. */
export interface ItemGroup {
  readonly itemId: string;
  readonly commands: readonly SalesCommand[];
}

/** What one statement has read of an item. */
export interface Loaded {
  readonly state: State;
  /** PostgreSQL's time. */
  readonly now: Instant;
  /** Claims that a command names, and that are of another item. */
  readonly idsElsewhere: ReadonlySet<string>;
  readonly hasUsers: boolean;
}

/** How to read, and what the rows mean. */
export interface Reading {
  readonly load: Statement;
  readonly tables: SalesTables;
  /** Which status each of the team's words stands for. */
  readonly statusOf: ReadonlyMap<string, BookingStatus>;
  readonly hasHolds: boolean;
  readonly hasUsers: boolean;
}

interface ClaimRow {
  readonly id: string;
  readonly itemId: string;
  readonly userId: string;
  readonly quantity: number;
  readonly status: string;
  readonly ordinal: number;
  readonly expiresAt: number | null;
}

interface LoadedRow {
  readonly now: number;
  readonly item: {
    readonly available: number;
    readonly held: number;
    readonly version: number;
  } | null;
  readonly claims: readonly ClaimRow[];
}

/**
 * Reads the item, and those of its claims that matter for the commands, in one round trip and one snapshot.
 *
 * @throws TablesUnfit where a claim that matters has a status that is not mapped.
 * @example const { state, now } = await load(pool, reading, { itemId: '7', commands })
 */
export async function load(
  connection: Pool | PoolClient,
  reading: Reading,
  { itemId, commands }: ItemGroup,
): Promise<Loaded> {
  const relevance = relevantTo(commands.map(({ booking }) => booking));
  const users = reading.hasUsers ? [textArrayOf(relevance.userIds)] : [];
  const lapsed = reading.hasHolds ? [relevance.lapsedHoldCount] : [];
  const { rows } = await connection.query<LoadedRow>(
    ask(reading.load, [itemId, textArrayOf(relevance.bookingIds), ...users, ...lapsed]),
  );
  const [row] = rows;
  if (row === undefined) throw new Error('PostgreSQL answered a load with no row.');
  const own = row.claims.filter((claim) => claim.itemId === itemId);
  const others = row.claims.filter((claim) => claim.itemId !== itemId);
  const event = row.item === null ? null : eventOf(itemId, row.item, reading.tables);
  return {
    state: stateOf(
      event,
      own.map((claim) => bookingOf(claim, reading)),
    ),
    now: row.now,
    idsElsewhere: new Set(others.map(({ id }) => id)),
    hasUsers: reading.hasUsers,
  };
}

/** To the rules an item is an event that is always on sale. */
function eventOf(
  id: string,
  { available, held, version }: NonNullable<LoadedRow['item']>,
  { policy }: SalesTables,
): EventState {
  return {
    id,
    organizerId: '',
    title: '',
    date: 0,
    rules: {
      status: 'on_sale',
      saleWindow: { opensAt: null, closesAt: null },
      policy: {
        quantityPerBookingMax: policy.quantityPerClaimMax,
        // A claim that is nobody's is to the rules the only one of a user of its own.
        activeBookingsPerUserMax: policy.activeClaimsPerUserMax ?? 1,
        holdDurationMs: policy.holdDurationMs ?? 1,
        holdPauseMs: 0,
        cancelDeadlineMs: null,
        holdExtensionMaxMs: 0,
        extendsWhenSoldOut: true,
      },
    },
    capacity: { total: available + held, available, held },
    saleFollowsDate: false,
    publishedAt: 0,
    cancelledAt: null,
    version,
    organizedVersion: 1,
  };
}

/** A team's row does not say when a claim was confirmed or ended, and nothing here rests on it. */
function bookingOf(row: ClaimRow, { statusOf, tables }: Reading): Booking {
  const { id, userId, quantity, ordinal } = row;
  const facts = { id, userId, quantity, ordinal };
  const status = statusOf.get(row.status);
  switch (status) {
    case 'held':
      // Another program's hold without an end never lapses.
      return { ...facts, status, expiresAt: row.expiresAt ?? Number.MAX_SAFE_INTEGER };
    case 'confirmed':
      return { ...facts, status, confirmedAt: 0 };
    case 'cancelled':
      return { ...facts, status, cancelledAt: 0, from: 'confirmed', cancelledBy: 'user' };
    case 'expired':
      return { ...facts, status, expiredAt: row.expiresAt ?? 0 };
    case undefined:
      throw new TablesUnfit([unmappedStatus(tables, row.status)]);
  }
}
