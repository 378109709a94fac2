// Reserves places at tables of your own, by Holdfast's rules. A test runs it as it stands:
// packages/domain/test/adaptations.int.test.ts.
import type { Booking } from '@holdfast/domain';
import {
  decideTimeSlot,
  type Restaurant,
  type RestaurantPolicy,
  type TimeSlot,
  type TimeSlotCommand,
  type TimeSlotDecision,
  type TimeSlotWrite,
} from '@holdfast/domain/time-slots';
import type { Pool, PoolClient } from 'pg';

/** What the rules need of your tables. Both unique indexes are part of the guard. */
export const tables = `
create table time_slots (
  id text primary key, restaurant_id text not null, time timestamptz(3) not null,
  place_count int not null, table_capacity int not null, version int not null
);
create table reservations (
  slot_id text not null, id text not null, guest_id text not null, ordinal int not null,
  party_size int not null, status text not null,
  changed_at timestamptz(3) not null default now(),
  primary key (slot_id, id)
);
create unique index on reservations (slot_id, guest_id, ordinal)
  where status in ('held', 'confirmed');
`;

/** How often a command that others were faster than is decided, at most. */
const attemptCountMax = 20;

/** What is reserved, and how. */
export interface Offer {
  readonly slotId: string;
  readonly policy: RestaurantPolicy;
}

/** What becomes of a command about a reservation for this slot. It is written when this answers. */
export async function reserve(
  pool: Pool,
  offer: Offer,
  command: TimeSlotCommand,
): Promise<TimeSlotDecision> {
  for (let attempt = 1; attempt <= attemptCountMax; attempt += 1) {
    const { restaurant, now } = await read(pool, offer, command);
    const decision = decideTimeSlot(restaurant, command, now);
    if (decision.status === 'refused' || decision.write === null) return decision;
    if (await isWritten(pool, offer.slotId, decision.write)) return decision;
  }
  throw new Error(`Others were faster ${attemptCountMax} times. Try again later.`);
}

/** One transaction. `false`: a guard failed, nothing is written, and it has to be decided again. */
async function isWritten(pool: Pool, slotId: string, write: TimeSlotWrite): Promise<boolean> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await writeSlot(writerOf(client), slotId, write);
    await client.query('commit');
    return true;
  } catch (error) {
    await client.query('rollback');
    if (error instanceof GuardFailed || isKeyTaken(error)) return false;
    throw error;
  } finally {
    client.release();
  }
}

// In one transaction, the slot first. Read and decide again where `one` finds no such row, or a key is
// taken: the reservation's id, or its guest's ordinal, which bounds guests however they race, in
// create unique index on reservations (slot_id, guest_id, ordinal) where status in ('held', 'confirmed')
const changeSlot = `
  update time_slots set version = version + 1, table_capacity = table_capacity + $2
  where id = $1 and table_capacity >= $3`;
const moveReservation = `
  update reservations set status = $3, changed_at = now()
  where slot_id = $1 and id = $2 and status = $4`;
const insertReservation = `
  insert into reservations (slot_id, id, guest_id, ordinal, party_size, status)
  values ($1, $2, $3, $4, $5, $6)`;
async function writeSlot(one: WriteOne, slotId: string, write: TimeSlotWrite): Promise<void> {
  await one(changeSlot, [slotId, write.tableCapacityChange, write.tableCapacityMin]);
  for (const { reservation, seenStatus } of write.movedReservations) {
    await one(moveReservation, [slotId, reservation.id, reservation.status, seenStatus]);
  }
  for (const { id, userId, ordinal, quantity, status } of write.newReservations) {
    await one(insertReservation, [slotId, id, userId, ordinal, quantity, status]);
  }
}

type WriteOne = (sql: string, values: readonly unknown[]) => Promise<void>;

class GuardFailed extends Error {}

/** Writes exactly one row, or fails. */
function writerOf(client: PoolClient): WriteOne {
  return async (sql, values) => {
    const { rowCount } = await client.query(sql, [...values]);
    if (rowCount !== 1) throw new GuardFailed();
  };
}

function isKeyTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '23505';
}

/** The slot, the reservation that is named and its guest's others, of one moment; and the time. */
async function read(
  pool: Pool,
  { slotId, policy }: Offer,
  command: TimeSlotCommand,
): Promise<{ readonly restaurant: Restaurant; readonly now: number }> {
  const { rows } = await pool.query<SlotRow & (ReservationRow | NoReservationRow)>(
    `select s.*, r.*, statement_timestamp() as now
     from time_slots s left join lateral (
       select id as reservation_id, guest_id, ordinal, party_size, status, changed_at
       from reservations where slot_id = s.id
         and (id = $2 or guest_id = $3 and status in ('held', 'confirmed'))
     ) r on true
     where s.id = $1`,
    [slotId, command.reservationId, command.guestId],
  );
  const [first] = rows;
  if (first === undefined) throw new Error(`There is no slot ${slotId}.`);
  const reservations = rows.flatMap((row) =>
    row.reservation_id === null ? [] : [reservationOf(row)],
  );
  return { restaurant: { slot: slotOf(first), reservations, policy }, now: first.now.getTime() };
}

interface SlotRow {
  readonly id: string;
  readonly restaurant_id: string;
  readonly time: Date;
  readonly place_count: number;
  readonly table_capacity: number;
  readonly version: number;
  readonly now: Date;
}

/** What the join gives where the slot has no such reservation. */
interface NoReservationRow {
  readonly reservation_id: null;
}

interface ReservationRow {
  readonly reservation_id: string;
  readonly guest_id: string;
  readonly ordinal: number;
  readonly party_size: number;
  readonly status: 'confirmed' | 'cancelled';
  readonly changed_at: Date;
}

function slotOf(row: SlotRow): TimeSlot {
  return {
    id: row.id,
    restaurantId: row.restaurant_id,
    time: row.time.getTime(),
    placeCount: row.place_count,
    tableCapacity: row.table_capacity,
    version: row.version,
  };
}

function reservationOf(row: ReservationRow): Booking {
  const { reservation_id: id, guest_id: userId, ordinal, party_size: quantity, status } = row;
  const facts = { id, userId, ordinal, quantity };
  const at = row.changed_at.getTime();
  return status === 'confirmed'
    ? { ...facts, status, confirmedAt: at }
    : { ...facts, status, cancelledAt: at, from: 'confirmed', cancelledBy: 'user' };
}
