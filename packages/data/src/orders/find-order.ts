import { bookingAsOf, type Instant, type Order } from '@holdfast/domain';
import type { Database } from '../connection/database.ts';
import type { BookingRecord } from '../read/booking-rows.ts';
import { mapFaults } from '../connection/faults.ts';
import { findBooking } from '../read/bookings.ts';
import { read } from '../read/read.ts';
import { type BookingRow, bookingColumns, millisecondsOf, toBooking } from '../sql/rows.ts';
import { statement } from '../sql/statement.ts';
import { loadOrders, type OrderRow, toOrder } from './order-statements.ts';

/** An order, and its bookings as they are by PostgreSQL's time. */
export interface OrderRecord {
  /** With the lines whose bookings its user still has. */
  readonly order: Order;
  /** One for each line of the order, in the same order. */
  readonly bookings: readonly BookingRecord[];
}

/** Each line's booking is looked up by its key: `offset 0` keeps the planner from joining the table. */
const orderById = statement(
  'order_by_id',
  `select o.id as order_id, o.user_id as order_user_id, o.event_ids, o.seat_counts,
     booking.*, ${millisecondsOf('statement_timestamp()')} as now,
     (select ${millisecondsOf('e.cancelled_at')} from events e where e.id = line.event_id)
       as event_cancelled_at
   from orders o
   cross join lateral unnest(o.event_ids) with ordinality as line (event_id, place)
   cross join lateral (
     select ${bookingColumns('b')} from bookings b
     where b.event_id = line.event_id and b.id = o.id and b.user_id = o.user_id
     offset 0
   ) booking
   where o.id = :id
   order by line.place`,
);

type OrderLineRow = BookingRow &
  Pick<OrderRow, 'event_ids' | 'seat_counts'> & {
    readonly order_id: string;
    readonly order_user_id: string;
    readonly now: Instant;
    readonly event_cancelled_at: Instant | null;
  };

/**
 * The order with this id, whoever placed it, or null: there is none, or all its bookings have moved to other
 * users. Throws DatabaseUnavailable and ReadsOverloaded.
 */
export async function findOrder(
  database: Database,
  { orderId }: { readonly orderId: string },
): Promise<OrderRecord | null> {
  if (database.layout.isDistributed) return await findOrderByLine(database, orderId);
  const rows = await read<OrderLineRow>(database, orderById({ id: orderId }));
  const [first] = rows;
  if (first === undefined) return null;
  const placed = toOrder({ ...first, id: first.order_id, user_id: first.order_user_id });
  const eventIds = new Set(rows.map(({ event_id: eventId }) => eventId));
  const order = { ...placed, lines: placed.lines.filter(({ eventId }) => eventIds.has(eventId)) };
  return { order, bookings: rows.map(toRecord) };
}

/** Where tables are distributed: each line's booking is on the server that has its event. */
async function findOrderByLine(database: Database, orderId: string): Promise<OrderRecord | null> {
  const orders = await mapFaults(() => loadOrders(database.pool, [orderId]));
  const placed = orders.get(orderId);
  if (placed === undefined) return null;
  const found: BookingRecord[] = [];
  for (const { eventId } of placed.lines) {
    const booking = await findBooking(database, { eventId, bookingId: orderId });
    if (booking?.userId === placed.userId) found.push(booking);
  }
  const eventIds = new Set(found.map(({ eventId }) => eventId));
  const lines = placed.lines.filter(({ eventId }) => eventIds.has(eventId));
  return found.length === 0 ? null : { order: { ...placed, lines }, bookings: found };
}

function toRecord(row: OrderLineRow): BookingRecord {
  const { event_cancelled_at: cancelledAt, now, event_id: eventId } = row;
  return { ...bookingAsOf(toBooking(row, cancelledAt), { cancelledAt }, now), eventId };
}

/**
 * The orders with these ids, by id, without their bookings, as who is about to commit needs them. It is asked
 * on a connection of commits. Throws DatabaseUnavailable.
 */
export async function findOrders(
  { commitPool }: Database,
  orderIds: readonly string[],
): Promise<ReadonlyMap<string, Order>> {
  return await mapFaults(() => loadOrders(commitPool, orderIds));
}
