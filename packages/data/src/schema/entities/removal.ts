import { defineEntity, p } from '@mikro-orm/core';

/**
 * What retention has taken of an event out of the tables: the oldest rows of its outbox or, once it was
 * archived, all but the event's own row. Written by `packages/data/src/retention` alone.
 */
export const Removal = defineEntity({
  name: 'Removal',
  tableName: 'removals',
  properties: {
    eventId: p.uuid().primary(),
    /** The lowest version whose outbox row is still there. All before it were delivered. */
    outboxFrom: p.integer().default(1),
    /** From then on nothing of the event changes (`events.archived_version`). Null: it lives. */
    archivedAt: p.datetime().columnType('timestamptz(3)').nullable(),
    /** From then on the archive has all of it, and counts instead of the tables. */
    sealedAt: p.datetime().columnType('timestamptz(3)').nullable(),
    /** From then on nothing of it is left in the tables. */
    removedAt: p.datetime().columnType('timestamptz(3)').nullable(),
    /** What a sealed archive has. */
    partCount: p.integer().nullable(),
    bookingCount: p.integer().nullable(),
    ledgerRowCount: p.integer().nullable(),
    orderCount: p.integer().nullable(),
    confirmedSeats: p.integer().nullable(),
    /** SHA-256 of its parts, one after the other, in hexadecimal: that of the file, too. */
    digest: p.text().nullable(),
  },
  checks: [
    {
      name: 'check_removal_order',
      expression:
        '(sealed_at is null or archived_at is not null) and (removed_at is null or sealed_at is not null)',
    },
    {
      name: 'check_removal_summary',
      expression:
        'sealed_at is null or (part_count is not null and booking_count is not null and ledger_row_count is not null and order_count is not null and confirmed_seats is not null and digest is not null)',
    },
  ],
  indexes: [
    // What a run that was cut left half done.
    {
      name: 'ix_removals_unfinished',
      properties: ['archivedAt', 'eventId'],
      where: 'archived_at is not null and removed_at is null',
    },
  ],
});
