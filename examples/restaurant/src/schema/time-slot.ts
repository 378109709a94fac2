import { defineEntity, p } from '@mikro-orm/core';

/**
 * A slot, for staff. Sales raise `version` with every commit, and the ORM writes only where it has found
 * the version that it read, so neither undoes the other's work.
 */
export const TimeSlot = defineEntity({
  name: 'TimeSlot',
  schema: 'restaurant',
  tableName: 'time_slots',
  properties: {
    id: p.bigint().primary(),
    startsAt: p.datetime().columnType('timestamptz(3)'),
    guestCountMax: p.integer(),
    tableCapacity: p.integer(),
    heldCapacity: p.integer(),
    version: p.integer().version(),
  },
});
