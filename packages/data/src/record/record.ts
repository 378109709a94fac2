import type { EventState } from '@holdfast/domain';
import type { Pool, PoolClient, QueryConfig } from 'pg';
import { recordClaimsOfMany, recordClaimsOfOne } from './claim-statements.ts';
import { claimsOf } from './claims.ts';
import { type Decided, isClaimsOnly, isSale, type Recorded } from '../commit/group.ts';
import type { Layout } from '../connection/layout.ts';
import {
  recordCreated,
  recordOrganized,
  recordSoldMany,
  recordSoldOne,
} from './record-statements.ts';
import { claimsRoutine, createdRoutine, organizedRoutine, soldRoutine } from './routines.ts';
import { saleValue, saleValues } from './sale.ts';
import { bookingWrites, ledgerWrites } from './writes.ts';

/**
 * Writes what was decided, in one statement and so in one transaction: the event's row, the
 * bookings, the ledger and the outbox.
 *
 * The guard of the statement repeats what the decision relied on: the same rules, enough seats,
 * bookings that are as they were seen, and for organizers' commands the same version.
 *
 * - Gives null where the guard on the event's row fails.
 * - Raises SQLSTATE HF001 where a booking has changed by now.
 * - Raises a unique violation where an id or a user's place was taken meanwhile.
 *
 * In all three cases nothing is written, and the caller decides again.
 */
export async function record(
  connection: Pool | PoolClient,
  decided: Decided,
  layout: Layout,
): Promise<Recorded | null> {
  const result = await connection.query<Recorded>(queryFor(decided, layout));
  return result.rows[0] ?? null;
}

/**
 * The same for sales of several events at once, with one answer for each group. `null`: its guard
 * failed, or another writer has locked its event. If the statement raises an error, nothing is
 * written at all. Not for tables that are distributed: there each event has a statement of its own.
 */
export async function recordMany(
  connection: Pool | PoolClient,
  groups: readonly Decided[],
): Promise<(Recorded | null)[]> {
  const query = groups.every(isClaimsOnly)
    ? recordClaimsOfMany({ ...saleValues(groups), ...claimsOf(groups) })
    : recordSoldMany({ ...saleValues(groups), ...rowValues(groups) });
  const { rows } = await connection.query<Recorded & { readonly place: number }>(query);
  const byPlace = new Map(rows.map(({ place, ...recorded }) => [place, recorded]));
  return groups.map((_, index) => byPlace.get(index + 1) ?? null);
}

/** What writes one event: one statement, or where tables are distributed one call, which is sent to its server. */
const statements = {
  claims: recordClaimsOfOne,
  created: recordCreated,
  organized: recordOrganized,
  sold: recordSoldOne,
};
const routines = {
  claims: claimsRoutine.call,
  created: createdRoutine.call,
  organized: organizedRoutine.call,
  sold: soldRoutine.call,
};

/** The statement for this group: which event write it needs, and all its values. */
function queryFor(decided: Decided, { isDistributed }: Layout): QueryConfig {
  const { loaded, group } = decided;
  const ofOne = isDistributed ? routines : statements;
  if (isSale(decided)) {
    const sale = saleValue(decided);
    return isClaimsOnly(decided)
      ? ofOne.claims({ ...sale, ...claimsOf([decided]) })
      : ofOne.sold({ ...sale, ...rowValues([decided]) });
  }
  const after = group.after.event;
  if (after === null)
    throw new Error('There is nothing to write about an event that is not there.');
  const values = { at: loaded.now, ...rowValues([decided]), ...eventValues(after) };
  const before = loaded.state.event;
  return before === null
    ? ofOne.created(values)
    : ofOne.organized({ ...values, version: before.version });
}

type Values = Readonly<Record<string, unknown>>;

function rowValues(groups: readonly Decided[]): Values {
  return { ...bookingWrites(groups), ...ledgerWrites(groups) };
}

function eventValues(event: EventState): Values {
  const { rules, capacity } = event;
  return {
    eventId: event.id,
    organizerId: event.organizerId,
    title: event.title,
    date: event.date,
    status: rules.status,
    ...rules.saleWindow,
    saleFollowsDate: event.saleFollowsDate,
    publishedAt: event.publishedAt,
    cancelledAt: event.cancelledAt,
    organizedVersion: event.organizedVersion,
    ...rules.policy,
    seatCount: capacity.total,
    availableSeats: capacity.available,
    heldSeats: capacity.held,
  };
}
