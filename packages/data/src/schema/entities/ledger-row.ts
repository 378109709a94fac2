import { defineEntity, p } from '@mikro-orm/core';

/**
 * One transition of an event or of one of its bookings, in the order of commits. Append-only: a
 * trigger refuses UPDATE, DELETE and TRUNCATE. Every counter derives from it (invariant I3). There are two
 * exceptions: rows go that a sealed archive has, and a user who is erased gets another name in them.
 */
export const LedgerRow = defineEntity({
  name: 'LedgerRow',
  tableName: 'ledger',
  properties: {
    eventId: p.uuid().primary(),
    version: p.integer().primary(),
    position: p.integer().primary(),
    type: p.text(),
    at: p.datetime().columnType('timestamptz(3)'),
    bookingId: p.uuid().nullable(),
    userId: p.text().nullable(),
    ordinal: p.integer().nullable(),
    /**
     * Seats of the booking. For a transition of the event itself: the seats that it adds to the
     * total.
     */
    quantity: p.integer(),
    /** The status that the booking came from; null where it came from nothing. */
    fromStatus: p.text().nullable(),
    expiresAt: p.datetime().columnType('timestamptz(3)').nullable(),
    /** Who did it on the user's behalf, and why. Null: the user, or time. */
    actor: p.text().nullable(),
    reason: p.text().nullable(),
    /** What the columns do not say: of an event's own transition all, of a booking's who ended it. */
    facts: p.json().nullable(),
  },
  checks: [
    {
      name: 'check_ledger_actor',
      expression:
        '(actor is null) = (reason is null) and (actor is null or booking_id is not null)',
    },
  ],
  uniques: [
    // What happens to a booking at most once. It may change more often in other ways: these are told apart by their
    // place in the ledger, so that the index has all of a booking's rows.
    {
      name: 'ix_ledger_booking_stage',
      expression: `create unique index "ix_ledger_booking_stage" on "ledger" ("event_id", "booking_id", "type", (case when "type" in ('booking_held', 'booking_confirmed', 'booking_cancelled', 'booking_expired') then 0 else "version" * 4294967296 + "position" end)) where "booking_id" is not null`,
    },
  ],
});
