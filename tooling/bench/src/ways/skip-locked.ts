import type { Pool } from 'pg';
import { analyze } from '../load/analyze.ts';
import { confirmed, soldOut } from './answers.ts';
import type { Booker, Ground, Way } from './way.ts';

/**
 * A row a unit, taken with SKIP LOCKED: nobody waits for the row of an event, because nobody writes it.
 * Each claim takes the first free units that no other transaction has locked.
 *
 * It never oversells. What it costs: a row for each seat, made before the sale; free seats have to be
 * counted; and who comes while the last units are locked hears `sold_out`, though the transaction that
 * has them may still fail.
 */
export const skipLocked: Way = {
  name: 'skip_locked',
  title: 'a row a unit, SKIP LOCKED',
  claimsSafe: true,
  server: { type: 'own', open: openSkipLocked },
  countWrong,
};

/** More than anybody books in one run: to make a million rows takes longer than the run. */
const unitCountMax = 50_000;

const tables = `
  create table if not exists bench_units (
    event_id uuid not null, unit int not null, booking_id uuid, primary key (event_id, unit)
  );
  create index if not exists bench_units_free on bench_units (event_id, unit) where booking_id is null`;

/** Exported for its test. */
export function openSkipLocked({ pool }: Pick<Ground, 'pool'>): Booker {
  return {
    async prepare() {
      await pool.query(tables);
      await pool.query(
        `insert into bench_units (event_id, unit)
         select e.id, unit from events e, generate_series(1, least(e.seat_count, $1)) unit
         where not exists (select from bench_units where event_id = e.id)`,
        [unitCountMax],
      );
      // As autovacuum does before a sale: else the plan is one for an empty table.
      await analyze(pool, 'bench_units');
    },
    async book(claim) {
      const { eventId, bookingId, userId, quantity } = claim;
      const { rowCount } = await pool.query({
        name: 'bench_skip_locked',
        // By the index of free units in its order, and then by address: joined by their numbers, all
        // units of an event are read for each booking, 45 ms of 50,000.
        text: `
          with free as materialized (
            select ctid from bench_units where event_id = $1 and booking_id is null
            order by unit limit $4 for update skip locked
          ), taken as (
            update bench_units set booking_id = $2
            where ctid = any (array(select ctid from free)) and (select count(*) from free) = $4
            returning unit
          )
          insert into bookings
            (event_id, id, user_id, ordinal, seat_count, status, expires_at, changed_at, created_at)
          select $1, $2, $3, 1, $4, 'confirmed', null, now(), now()
          where (select count(*) from taken) = $4`,
        values: [eventId, bookingId, userId, quantity],
      });
      return rowCount === 1 ? confirmed(claim) : soldOut;
    },
  };
}

/** Bookings that do not have as many units as seats, and units whose booking is not there. */
async function countWrong(pool: Pool, eventIds: readonly string[]): Promise<number> {
  const { rows } = await pool.query<{ wrong: number }>(
    `select count(*)::int as wrong
     from (
       select event_id, id, seat_count from bookings
       where event_id = any($1::uuid[]) and status in ('held', 'confirmed')
     ) b
     full join (
       select event_id, booking_id as id, count(*) as unit_count from bench_units
       where event_id = any($1::uuid[]) and booking_id is not null group by event_id, booking_id
     ) u using (event_id, id)
     where b.seat_count is distinct from u.unit_count`,
    [eventIds],
  );
  return rows[0]?.wrong ?? 0;
}
