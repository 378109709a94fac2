import type { Pool } from 'pg';

/** What a party asks for. */
export interface Search {
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

/** As many as are looked at for one party. */
const tableCountMax = 20;

/**
 * Looks for slots and for free tables that seat the parties, in one round trip and one snapshot; an answer for
 * each, in their order. It promises nothing: the key of the tables' quarters does.
 *
 * The smallest table that will do comes first. Among equals the id of the reservation chooses, so that
 * processes which look at the same moment do not all try the same one.
 *
 * @example const [found] = await findTables(pool, restaurantId, [search])
 */
export async function findTables(
  pool: Pool,
  restaurantId: number,
  searches: readonly Search[],
): Promise<readonly Found[]> {
  const { rows } = await pool.query<Found>({
    name: 'restaurant_find_tables',
    text: findText,
    values: [
      restaurantId,
      searches.map(({ id }) => id),
      searches.map(({ at }) => at),
      searches.map(({ sittingMinutes }) => sittingMinutes),
      searches.map(({ partySize }) => partySize),
      tableCountMax,
    ],
  });
  return rows;
}

const millisecondsOf = (instant: string) => `floor(extract(epoch from ${instant}) * 1000)::float8`;

/** $1 restaurant; of each party $2 the reservation's id, $3 when, $4 minutes, $5 guests; $6 tables at most. */
const findText = `
  with asked as (
    select a.*, now, moment.comes_at, moment.comes_at + make_interval(mins => a.minutes) as goes_at,
      known.comes_at is not null as is_known
    from date_trunc('milliseconds', statement_timestamp()) as now
      cross join unnest($2::uuid[], $3::timestamptz[], $4::int[], $5::int[])
        with ordinality as a (id, at, minutes, party_size, place)
      left join lateral (
        select lower(sitting) as comes_at from restaurant.reservations where id = a.id
      ) known on true
      cross join lateral (
        select coalesce(a.at, known.comes_at, date_bin('15 minutes', now, timestamptz 'epoch')) as comes_at
      ) moment
  )
  select ${millisecondsOf('now')} as now, ${millisecondsOf('comes_at')} as "comesAt",
    ${millisecondsOf('goes_at')} as "goesAt", is_known as "isKnown",
    (
      select json_build_object('id', s.id::text, 'closesAt', ${millisecondsOf('s.closes_at')})
      from restaurant.time_slots s
      where s.restaurant_id = $1 and s.starts_at <= asked.comes_at and asked.comes_at < s.ends_at
        and (asked.at is null or s.starts_at = asked.at)
      order by s.starts_at desc limit 1
    ) as slot,
    (
      select coalesce(max(seats), 0) from restaurant.tables where restaurant_id = $1
    ) as "seatCountMax",
    coalesce((
      select json_agg(json_build_object('id', id, 'hasLapsedHold', has_lapsed_hold) order by place)
      from (
        select t.id, count(r.id) > 0 as has_lapsed_hold,
          row_number() over (order by count(r.id) > 0, t.seats, md5(asked.id::text || t.id)) as place
        from restaurant.tables t
          left join restaurant.table_quarters q on q.table_id = t.id
            and q.starts_at >= asked.comes_at and q.starts_at < asked.goes_at
          left join restaurant.reservations r on r.id = q.reservation_id
        where t.restaurant_id = $1 and t.seats >= asked.party_size
        group by t.id
        having coalesce(bool_and(r.status = 'held' and r.held_until <= statement_timestamp()), true)
        order by place limit $6
      ) free
    ), '[]') as tables
  from asked order by asked.place`;
