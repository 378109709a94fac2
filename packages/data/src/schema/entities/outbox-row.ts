import { defineEntity, p } from '@mikro-orm/core';

/**
 * One row for each commit, written in its transaction: what the event looked like at that version.
 * The rows of an event, by version, are its change feed, without a gap (invariant I6).
 */
export const OutboxRow = defineEntity({
  name: 'OutboxRow',
  tableName: 'outbox',
  properties: {
    eventId: p.uuid().primary(),
    version: p.integer().primary(),
    at: p.datetime().columnType('timestamptz(3)'),
    status: p.text(),
    seatCount: p.integer(),
    availableSeats: p.integer(),
    heldSeats: p.integer(),
    /** When it was relayed; null: pending. */
    deliveredAt: p.datetime().columnType('timestamptz(3)').nullable(),
  },
  indexes: [
    {
      name: 'ix_outbox_pending',
      properties: ['eventId', 'version'],
      where: 'delivered_at is null',
    },
    { name: 'ix_outbox_at', properties: ['at', 'eventId'] },
  ],
});
