import type { Pool } from 'pg';

/** What is looked for. */
export interface Search {
  readonly restaurantId: number;
  readonly id: string;
  readonly partySize: number;
  /** `null`: now. */
  readonly at: Date | null;
  readonly sittingMinutes: number;
}

/** What was found, at one moment. Instants in epoch milliseconds, by PostgreSQL's clock. */
export interface Found {
  readonly now: number;
  readonly comesAt: number;
  readonly goesAt: number;
  readonly slot: { readonly id: string; readonly closesAt: number } | null;
  /** The reservation is there already: this is a retry. */
  readonly isKnown: boolean;
  readonly seatCountMax: number;
  /** Tables that are free, the best one first. */
  readonly tables: readonly FreeTable[];
}

/** Guests are seated at that time. */
export type FoundSlot = Found & { readonly slot: NonNullable<Found['slot']> };

export interface FreeTable {
  readonly id: number;
  /** A hold that has lapsed still stands in the way, until it is written down. */
  readonly hasLapsedHold: boolean;
}

/** As many as are looked at. Who loses one to another looks again. */
const tableCountMax = 4;

/**
 * Looks for the slot and for free tables that seat the party, in one round trip. It promises nothing: the
 * exclusion constraint does.
 *
 * The smallest table that will do comes first. Among equals the id of the reservation chooses, so that
 * guests who come at the same moment do not all try the same one.
 *
 * @example const { slot, tables } = await findTable(pool, search)
 */
export async function findTable(pool: Pool, search: Search): Promise<Found> {
  const { rows } = await pool.query<Found>({
    name: 'restaurant_find_table',
    text: findText,
    values: [
      search.restaurantId,
      search.at,
      search.sittingMinutes,
      search.id,
      search.partySize,
      tableCountMax,
    ],
  });
  const [found] = rows;
  if (found === undefined) throw new Error('PostgreSQL answered a search with no row.');
  return found;
}

const millisecondsOf = (instant: string) => `floor(extract(epoch from ${instant}) * 1000)::float8`;

/** $1 restaurant, $2 when, $3 minutes, $4 the reservation's id, $5 guests, $6 tables at most. */
const findText = `
  with known as (
    select lower(sitting) as comes_at from restaurant.reservations where id = $4::uuid
  ),
  asked as (
    select now, comes_at, comes_at + make_interval(mins => $3::int) as goes_at
    from (
      select now, coalesce($2::timestamptz, (select comes_at from known), now)::timestamptz(3) as comes_at
      from (select date_trunc('milliseconds', statement_timestamp()) as now) clock
    ) moment
  ),
  slot as (
    select s.id, s.closes_at from asked, restaurant.time_slots s
    where s.restaurant_id = $1 and tstzrange(s.starts_at, s.ends_at) @> asked.comes_at
      and ($2::timestamptz is null or s.starts_at = asked.comes_at)
  ),
  free as (
    select t.id, count(r.id) > 0 as has_lapsed_hold, t.seats
    from asked cross join restaurant.tables t
      left join restaurant.reservations r on r.table_id = t.id and r.status in ('held', 'confirmed')
        and r.sitting && tstzrange(asked.comes_at, asked.goes_at)
    where t.restaurant_id = $1 and t.seats >= $5::int
    group by t.id, t.seats
    having coalesce(bool_and(r.status = 'held' and r.held_until <= statement_timestamp()), true)
    order by count(r.id) > 0, t.seats, md5($4::uuid::text || t.id)
    limit $6
  )
  select ${millisecondsOf('now')} as now, ${millisecondsOf('comes_at')} as "comesAt",
    ${millisecondsOf('goes_at')} as "goesAt", exists (select from known) as "isKnown",
    (
      select json_build_object('id', id::text, 'closesAt', ${millisecondsOf('closes_at')}) from slot
    ) as slot,
    (
      select coalesce(max(seats), 0) from restaurant.tables where restaurant_id = $1
    ) as "seatCountMax",
    coalesce((
      select json_agg(json_build_object('id', id, 'hasLapsedHold', has_lapsed_hold)
        order by has_lapsed_hold, seats, md5($4::uuid::text || id))
      from free
    ), '[]') as tables
  from asked`;
