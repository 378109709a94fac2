import { defineEntity, p } from '@mikro-orm/core';

/**
 * What somebody ordered at once, over several events. Written once, beside its bookings, and never
 * changed: each of its events has a booking under the order's id. Written by `commitOrders` alone.
 */
export const Order = defineEntity({
  name: 'Order',
  tableName: 'orders',
  properties: {
    id: p.uuid().primary(),
    userId: p.text(),
    /** One for each line, in the order in which they were given. */
    eventIds: p.array(String).columnType('uuid[]'),
    /** The seats of each line. */
    seatCounts: p.array(Number).columnType('integer[]'),
    createdAt: p.datetime().columnType('timestamptz(3)'),
  },
  checks: [
    {
      name: 'check_order_lines',
      expression:
        'cardinality(event_ids) >= 1 and cardinality(event_ids) = cardinality(seat_counts)',
    },
  ],
  indexes: [
    // The audit goes by event: it looks at an order with the event of its first line.
    {
      name: 'ix_orders_first_event',
      expression: 'create index "ix_orders_first_event" on "orders" ((event_ids[1]))',
    },
  ],
});
