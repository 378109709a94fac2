import { bookingColumns, eventColumns, millisecondsOf } from '../sql/rows.ts';
import { statement } from '../sql/statement.ts';

/*
 * What a commit reads: the event, and those of its bookings that matter for its commands. `offset 0` keeps the
 * planner from joining the tables: each is looked into by an index.
 */

const now = `${millisecondsOf('statement_timestamp()')} as now`;

const nextLapseOf = (eventId: string): string => `(
      select ${millisecondsOf('min(b.expires_at)')} from bookings b
      where b.event_id = ${eventId} and b.status = 'held'
    ) as next_lapse_at`;

/** A booking by its id, as a user's active one, and those that have lapsed, the first ones first. */
const lookups = (eventId: string) => ({
  named: `
      select ${bookingColumns('b')} from bookings b
      where b.event_id = ${eventId} and b.id = named.id
      offset 0`,
  active: `
      select ${bookingColumns('b')} from bookings b
      where b.event_id = ${eventId} and b.user_id = users.id and b.status in ('held', 'confirmed')
      offset 0`,
  /** The last hold of a user that ended without a sale, where the policy has a pause. */
  ended: `
      select ${bookingColumns('b')} from bookings b
      where b.user_id = users.id and b.event_id = ${eventId} and b.hold_ended_at is not null
      order by b.hold_ended_at desc
      limit 1`,
  lapsed: (count: string) => `
      select ${bookingColumns('b')} from bookings b
      where b.event_id = ${eventId} and b.status = 'held'
        and b.expires_at <= statement_timestamp()
      order by b.expires_at
      limit ${count}`,
});

const eventId = ':eventId::uuid';
const ofOne = lookups(eventId);

/** One event, named by its id in each look: see record/form.ts. */
export const loadOne = statement(
  'load_one',
  `
  select ${now}, ${eventColumns('e')}, ${nextLapseOf(eventId)},
    coalesce((
      select json_agg(relevant) from (
        select found.* from unnest(:namedIds::uuid[]) as named (id)
        cross join lateral (${ofOne.named}) found
        union
        select found.* from unnest(:userIds::text[]) as users (id)
        cross join lateral (${ofOne.active}) found
        union
        select ended.* from unnest(:userIds::text[]) as users (id)
        cross join lateral (${ofOne.ended}) ended
        where exists (select from events where id = ${eventId} and hold_pause_ms > 0)
        union
        (${ofOne.lapsed(':lapsedHoldCount::int')})
      ) relevant
    ), '[]'::json) as bookings
  from (values (1)) as asked (one)
  left join events e on e.id = ${eventId}`,
);

const ofEach = lookups('asked.event_id');

/** Several events, each with a number, from 1. */
export const loadMany = statement(
  'load_many',
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
    cross join lateral (${ofEach.named}) found
    union
    select asked.place, found.*
    from unnest(:userPlaces::int[], :userIds::text[]) as users (place, id)
    join asked on asked.place = users.place
    cross join lateral (${ofEach.active}) found
    union
    select asked.place, ended.*
    from pausing asked
    join unnest(:userPlaces::int[], :userIds::text[]) as users (place, id)
      on users.place = asked.place
    cross join lateral (${ofEach.ended}) ended
    union
    select asked.place, lapsed.*
    from asked cross join lateral (${ofEach.lapsed('asked.lapsed_hold_count')}) lapsed
  )
  select ${now}, ${eventColumns('e')}, ${nextLapseOf('asked.event_id')},
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
