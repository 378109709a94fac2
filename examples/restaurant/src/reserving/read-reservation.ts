import type { Pool } from 'pg';
import type { Reservation } from './words.ts';

/** What the row of a reservation says, and its restaurant. */
export interface ReservationRow {
  readonly id: string;
  readonly guestId: string;
  readonly partySize: number;
  readonly status: Reservation['status'];
  readonly heldUntil: Date | null;
  readonly slotId: string;
  readonly table: string;
  readonly from: Date;
  readonly until: Date;
  /** The last moment at which its guest may cancel it. */
  readonly cancelUntil: Date;
  readonly isTooLateToCancel: boolean;
}

/** @example const row = await readReservation(pool, id) // null: there is none */
export async function readReservation(pool: Pool, id: string): Promise<ReservationRow | null> {
  const { rows } = await pool.query<ReservationRow>({
    name: 'restaurant_read_reservation',
    text: readText,
    values: [id],
  });
  return rows[0] ?? null;
}

const readText = `
  select r.id, r.guest_id as "guestId", r.party_size as "partySize", r.status,
    r.held_until as "heldUntil", r.slot_id::text as "slotId", t.name as "table",
    lower(r.sitting) as "from", upper(r.sitting) as "until",
    lower(r.sitting) - make_interval(mins => h.cancel_until_minutes) as "cancelUntil",
    statement_timestamp() > lower(r.sitting) - make_interval(mins => h.cancel_until_minutes)
      as "isTooLateToCancel"
  from restaurant.reservations r
    join restaurant.tables t on t.id = r.table_id
    join restaurant.restaurants h on h.id = t.restaurant_id
  where r.id = $1::uuid`;

/** @example reservationOf(row) // { status: 'confirmed', id, guestId, partySize: 4, table: 'Window', from, until } */
export function reservationOf(row: ReservationRow): Reservation {
  const { id, guestId, partySize, table, from, until, status, heldUntil } = row;
  const facts = { id, guestId, partySize, table, from, until };
  if (status !== 'held') return { ...facts, status };
  if (heldUntil === null) throw new Error(`The hold ${id} has no end.`);
  return { ...facts, status, heldUntil };
}
