import { defineEntity, p } from '@mikro-orm/core';

/**
 * That a user was erased: when, by whom, and how many rows got another name. Not who it was, nor the new
 * name. Written by `eraseUser` alone.
 */
export const Erasure = defineEntity({
  name: 'Erasure',
  tableName: 'erasures',
  properties: {
    id: p.uuid().primary(),
    at: p.datetime().columnType('timestamptz(3)'),
    /** Who did it. */
    actor: p.text(),
    bookingCount: p.integer(),
    ledgerRowCount: p.integer(),
    orderCount: p.integer(),
    archiveCount: p.integer(),
  },
});
