import type { Instant, Order } from '@holdfast/domain';
import type { Pool, PoolClient } from 'pg';
import { lockEvent } from '../commit/lock-event.ts';
import { arrayOf, textArrayOf } from '../sql/array-literal.ts';
import { timestampOf } from '../sql/rows.ts';
import { statement } from '../sql/statement.ts';

/** A row of `orders`. */
export interface OrderRow {
  readonly id: string;
  readonly user_id: string;
  readonly event_ids: readonly string[];
  readonly seat_counts: readonly number[];
}

/** What the rules know of an order, from its row. */
export function toOrder(row: OrderRow): Order {
  const lines = row.event_ids.map((eventId, index) => {
    return { eventId, quantity: row.seat_counts[index] ?? 0 };
  });
  return { id: row.id, userId: row.user_id, lines };
}

const ordersById = statement(
  'orders_by_id',
  'select id, user_id, event_ids, seat_counts from orders where id = any (:ids::uuid[])',
);

/** The orders that were placed under these ids, by id. */
export async function loadOrders(
  connection: Pool | PoolClient,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Order>> {
  if (ids.length === 0) return new Map();
  const { rows } = await connection.query<OrderRow>(ordersById({ ids: arrayOf(ids) }));
  return new Map(rows.map((row) => [row.id, toOrder(row)]));
}

/**
 * Locks events in the order of their ids, all in one statement, and nothing else is locked before. So of
 * transactions that want some of the same events none ever waits for one that waits for it.
 */
const lockEventsInOrder = statement(
  'lock_events',
  'select from events where id = any (:eventIds::uuid[]) order by id for update',
);

/** Waits for the locks of these events. Those that do not exist are left out. */
export async function lockEvents(client: PoolClient, eventIds: readonly string[]): Promise<void> {
  await client.query(lockEventsInOrder({ eventIds: arrayOf(eventIds) }));
}

/** The same one by one, where tables are distributed: a lock is taken by the server that has the event. */
export async function lockEventsOneByOne(
  client: PoolClient,
  eventIds: readonly string[],
): Promise<void> {
  // As PostgreSQL orders them: ids are in one spelling.
  for (const eventId of eventIds.toSorted()) await lockEvent(client, eventId);
}

/** In the order of their ids: two transactions with some of the same new ids wait in one order. */
const insertNewOrders = statement(
  'insert_orders',
  `insert into orders (id, user_id, event_ids, seat_counts, created_at)
   select o.id, o.user_id, o.event_ids::uuid[], o.seat_counts::int[], ${timestampOf(':at')}
   from unnest(:ids::uuid[], :userIds::text[], :eventIds::text[], :seatCounts::text[])
     as o (id, user_id, event_ids, seat_counts)
   order by o.id`,
);

/** Writes orders. Raises a unique violation where one of the ids has been taken meanwhile. */
export async function insertOrders(
  client: PoolClient,
  orders: readonly Order[],
  at: Instant,
): Promise<void> {
  if (orders.length === 0) return;
  const values = {
    at,
    ids: arrayOf(orders.map(({ id }) => id)),
    userIds: textArrayOf(orders.map(({ userId }) => userId)),
    eventIds: textArrayOf(orders.map(({ lines }) => arrayOf(lines.map(({ eventId }) => eventId)))),
    seatCounts: textArrayOf(
      orders.map(({ lines }) => arrayOf(lines.map(({ quantity }) => quantity))),
    ),
  };
  await client.query(insertNewOrders(values));
}
