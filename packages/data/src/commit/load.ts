import { type EventCreated, type Relevance, relevantTo } from '@holdfast/domain';
import { stateOf } from '@holdfast/domain/unchecked';
import type { Pool, PoolClient, QueryConfig } from 'pg';
import { arrayOf, textArrayOf } from '../sql/array-literal.ts';
import type { Group, Loaded } from './group.ts';
import { type CalledOffAsked, loadCalledOff } from './load-called-off.ts';
import { loadCreations } from './load-creations.ts';
import { loadMany, loadOne } from './load-statements.ts';
import { type BookingRow, type EventRow, toBooking, toEvent } from '../sql/rows.ts';

type LoadedRow = { now: number; next_lapse_at: number | null; bookings: BookingRow[] } & (
  | EventRow
  | { id: null }
);

/**
 * Reads events, and those of their bookings that matter for these commands, in one round trip and
 * one snapshot. Gives one state for each group, in the same order. The time is that of the
 * statement, so it is right after a wait for a row lock, too. What is rarely needed takes a second
 * round trip, so that the statement for all stays small. Where tables are distributed, give it one group.
 *
 * @example const [loaded] = await load(pool, [{ eventId, commands }])
 */
export async function load(
  connection: Pool | PoolClient,
  groups: readonly Group[],
): Promise<Loaded[]> {
  const relevances = groups.map(({ commands }) => relevantTo(commands));
  const result = await connection.query<LoadedRow>(queryFor(groups, relevances));
  if (result.rows.length !== groups.length) {
    throw new Error(`PostgreSQL answered the load of ${groups.length} with ${result.rows.length}.`);
  }
  const asked = result.rows.map((row, index) => ({ row, relevance: relevances[index] }));
  const creations = await loadCreations(connection, asked.flatMap(creationAsked));
  const calledOff = await loadCalledOff(connection, asked.flatMap(calledOffAsked));
  return result.rows.map((row) =>
    loadedFrom(row, {
      creation: creations.get(row.id ?? '') ?? null,
      calledOff: calledOff.filter(({ event_id: eventId }) => eventId === row.id),
    }),
  );
}

interface Asked {
  readonly row: LoadedRow;
  readonly relevance: Relevance | undefined;
}

/** The id of the event, if it is there and a command asks how it was made. */
function creationAsked({ row: { id }, relevance }: Asked): readonly string[] {
  return id !== null && relevance?.isCreationAsked === true ? [id] : [];
}

/** What to read of the event, if it was called off and is swept. */
function calledOffAsked({ row, relevance }: Asked): readonly CalledOffAsked[] {
  if (row.id === null || row.cancelled_at === null || relevance === undefined) return [];
  const { calledOffCount: count, calledOffAfterId: afterId } = relevance;
  return count > 0 ? [{ eventId: row.id, count, afterId }] : [];
}

function queryFor(groups: readonly Group[], relevances: readonly Relevance[]): QueryConfig {
  const [group] = groups;
  const ids = {
    namedIds: arrayOf(relevances.flatMap(({ bookingIds }) => bookingIds)),
    userIds: textArrayOf(relevances.flatMap(({ userIds }) => userIds)),
  };
  if (group !== undefined && groups.length === 1) {
    const lapsedHoldCount = relevances[0]?.lapsedHoldCount ?? 0;
    return loadOne({ ...ids, eventId: group.eventId, lapsedHoldCount });
  }
  return loadMany({
    ...ids,
    eventIds: arrayOf(groups.map(({ eventId }) => eventId)),
    lapsedHoldCounts: arrayOf(relevances.map(({ lapsedHoldCount }) => lapsedHoldCount)),
    namedPlaces: arrayOf(placesOf(relevances, ({ bookingIds }) => bookingIds)),
    userPlaces: arrayOf(placesOf(relevances, ({ userIds }) => userIds)),
  });
}

/** Which group each of these belongs to, from 1. */
function placesOf(
  relevances: readonly Relevance[],
  of: (relevance: Relevance) => readonly string[],
): readonly number[] {
  return relevances.flatMap((relevance, index) => of(relevance).map(() => index + 1));
}

interface LoadedBeside {
  readonly creation: EventCreated | null;
  readonly calledOff: readonly BookingRow[];
}

function loadedFrom(row: LoadedRow, { creation, calledOff }: LoadedBeside): Loaded {
  const event = row.id === null ? null : toEvent(row);
  const bookings = [...row.bookings, ...calledOff].map((each) =>
    toBooking(each, event?.cancelledAt ?? null),
  );
  const state = stateOf(event, bookings, creation);
  return { state, now: row.now, nextLapseAt: row.next_lapse_at, from: 'read' };
}
