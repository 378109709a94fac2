import { type EventCreated, type Relevance, relevantTo } from '@holdfast/domain';
import { stateOf } from '@holdfast/domain/unchecked';
import type { Pool, PoolClient } from 'pg';
import { arrayOf, textArrayOf } from '../sql/array-literal.ts';
import type { Group, Loaded } from './group.ts';
import { type CalledOffAsked, loadCalledOff } from './load-called-off.ts';
import { loadCreations } from './load-creations.ts';
import {
  bookingColumns,
  type BookingRow,
  eventColumns,
  type EventRow,
  millisecondsOf,
  toBooking,
  toEvent,
} from '../sql/rows.ts';
import { statement } from '../sql/statement.ts';

/** `offset 0` keeps the planner from joining the tables: each is looked into by an index. */
const loadQuery = statement(
  'load',
  `
  with asked as materialized (
    select * from unnest(:eventIds::uuid[], :lapsedHoldCounts::int[])
      with ordinality as asked (event_id, lapsed_hold_count, place)
  ),
  pausing as materialized (
    select asked.place, asked.event_id
    from asked cross join lateral (
      select from events where id = asked.event_id and hold_pause_ms > 0 offset 0
    ) e
  ),
  relevant as (
    select asked.place, found.*
    from unnest(:namedPlaces::int[], :namedIds::uuid[]) as named (place, id)
    join asked on asked.place = named.place
    cross join lateral (
      select ${bookingColumns('b')} from bookings b
      where b.event_id = asked.event_id and b.id = named.id
      offset 0
    ) found
    union
    select asked.place, found.*
    from unnest(:userPlaces::int[], :userIds::text[]) as users (place, id)
    join asked on asked.place = users.place
    cross join lateral (
      select ${bookingColumns('b')} from bookings b
      where b.event_id = asked.event_id and b.user_id = users.id
        and b.status in ('held', 'confirmed')
      offset 0
    ) found
    union
    select pausing.place, ended.*
    from pausing
    join unnest(:userPlaces::int[], :userIds::text[]) as users (place, id)
      on users.place = pausing.place
    cross join lateral (
      select ${bookingColumns('b')} from bookings b
      where b.user_id = users.id and b.event_id = pausing.event_id and b.hold_ended_at is not null
      order by b.hold_ended_at desc
      limit 1
    ) ended
    union
    select asked.place, lapsed.*
    from asked cross join lateral (
      select ${bookingColumns('b')} from bookings b
      where b.event_id = asked.event_id and b.status = 'held'
        and b.expires_at <= statement_timestamp()
      order by b.expires_at
      limit asked.lapsed_hold_count
    ) lapsed
  )
  select ${millisecondsOf('statement_timestamp()')} as now,
    ${eventColumns('e')},
    (
      select ${millisecondsOf('min(b.expires_at)')} from bookings b
      where b.event_id = asked.event_id and b.status = 'held'
    ) as next_lapse_at,
    coalesce(seen.bookings, '[]'::json) as bookings
  from asked
  left join lateral (
    select * from events where id = asked.event_id offset 0
  ) e on true
  left join (
    select place, json_agg(relevant) as bookings from relevant group by place
  ) seen on seen.place = asked.place
  order by asked.place`,
);

type LoadedRow = { now: number; next_lapse_at: number | null; bookings: BookingRow[] } & (
  | EventRow
  | { id: null }
);

/**
 * Reads events, and those of their bookings that matter for these commands, in one round trip and
 * one snapshot. Gives one state for each group, in the same order. The time is that of the
 * statement, so it is right after a wait for a row lock, too. What is rarely needed takes a second
 * round trip, so that the statement for all stays small.
 *
 * @example const [loaded] = await load(pool, [{ eventId, commands }])
 */
export async function load(
  connection: Pool | PoolClient,
  groups: readonly Group[],
): Promise<Loaded[]> {
  const relevances = groups.map(({ commands }) => relevantTo(commands));
  const result = await connection.query<LoadedRow>(loadQuery(valuesOf(groups, relevances)));
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

function valuesOf(groups: readonly Group[], relevances: readonly Relevance[]) {
  return {
    eventIds: arrayOf(groups.map(({ eventId }) => eventId)),
    lapsedHoldCounts: arrayOf(relevances.map(({ lapsedHoldCount }) => lapsedHoldCount)),
    namedPlaces: arrayOf(placesOf(relevances, ({ bookingIds }) => bookingIds)),
    namedIds: arrayOf(relevances.flatMap(({ bookingIds }) => bookingIds)),
    userPlaces: arrayOf(placesOf(relevances, ({ userIds }) => userIds)),
    userIds: textArrayOf(relevances.flatMap(({ userIds }) => userIds)),
  };
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
