import type { Pool } from 'pg';
import { type Days, slotsOf, type Timetable } from './slots.ts';

/** For how many guests, and in which restaurant. */
export interface Laying extends Days {
  readonly restaurantId: number;
  /** Guests who may come in one slot: what the kitchen can take. Default: one for every seat. */
  readonly guestCountMax?: number;
}

/**
 * Makes slots of the opening hours, for some days. A slot that is there stays as it is, with its
 * reservations, so it may be repeated every night for the days ahead.
 *
 * @throws InvalidInput
 * @example await laySlots(pool, { restaurantId: 1, from: '2026-12-01', dayCount: 60 })
 */
export async function laySlots(
  pool: Pool,
  laying: Laying,
): Promise<{ readonly addedCount: number }> {
  const slots = slotsOf(await timetableOf(pool, laying.restaurantId), laying);
  const { rowCount } = await pool.query(
    `with taken as (
       select coalesce($2, sum(seats))::int as guest_count_max from restaurant.tables where restaurant_id = $1
     )
     insert into restaurant.time_slots
       (restaurant_id, starts_at, ends_at, closes_at, guest_count_max, table_capacity)
     select $1, starts_at, ends_at, closes_at, guest_count_max, guest_count_max
     from taken, unnest($3::timestamptz[], $4::timestamptz[], $5::timestamptz[])
       as laid (starts_at, ends_at, closes_at)
     where guest_count_max is not null and not exists (
       select from restaurant.time_slots s
       where s.restaurant_id = $1 and s.starts_at < laid.ends_at and laid.starts_at < s.ends_at
     )
     on conflict do nothing`,
    [
      laying.restaurantId,
      laying.guestCountMax ?? null,
      slots.map(({ startsAt }) => startsAt),
      slots.map(({ endsAt }) => endsAt),
      slots.map(({ closesAt }) => closesAt),
    ],
  );
  return { addedCount: rowCount ?? 0 };
}

async function timetableOf(pool: Pool, restaurantId: number): Promise<Timetable> {
  const { rows } = await pool.query<Timetable>(
    `select time_zone as "timeZone", slot_minutes as "slotMinutes", sitting_minutes as "sittingMinutes",
       coalesce((
         select json_agg(json_build_object('weekday', weekday, 'opens', to_char(opens, 'HH24:MI'),
           'closes', to_char(closes, 'HH24:MI')))
         from restaurant.opening_hours where restaurant_id = r.id
       ), '[]') as "openingHours"
     from restaurant.restaurants r where id = $1`,
    [restaurantId],
  );
  const [timetable] = rows;
  if (timetable === undefined) throw new Error(`There is no restaurant ${restaurantId}.`);
  return timetable;
}
