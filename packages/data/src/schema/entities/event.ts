import { defineEntity, p } from '@mikro-orm/core';

/*
 * All instants are whole milliseconds, timestamptz(3). The rules count in them, and a guard
 * compares what was read with what is there.
 */

/**
 * An event: one versioned row, whose CHECK constraints make overselling impossible even if all code
 * above them is wrong. Written by `commit` alone, but for `archived_version`.
 */
export const Event = defineEntity({
  name: 'Event',
  tableName: 'events',
  properties: {
    id: p.uuid().primary(),
    organizerId: p.text(),
    title: p.text(),
    date: p.datetime().columnType('timestamptz(3)'),
    status: p.text(),
    seatCount: p.integer(),
    availableSeats: p.integer(),
    /**
     * For the predicate of an index. It changes with the last seat alone, while the counters change
     * with every commit.
     */
    isAvailable: p.boolean().generated('(available_seats > 0) stored'),
    heldSeats: p.integer().default(0),
    version: p.integer().version(),
    /** The version that its organizer's last change made. */
    organizedVersion: p.integer().default(1),
    saleOpensAt: p.datetime().columnType('timestamptz(3)').nullable(),
    saleClosesAt: p.datetime().columnType('timestamptz(3)').nullable(),
    /** If so, sale_closes_at is the date, and moves with it. */
    saleFollowsDate: p.boolean().default(false),
    quantityPerBookingMax: p.integer(),
    activeBookingsPerUserMax: p.integer(),
    holdDurationMs: p.integer(),
    holdPauseMs: p.integer().default(0),
    /** 32 bits of milliseconds end after 24 days. */
    cancelDeadlineMs: p.bigint().nullable(),
    holdExtensionMaxMs: p.integer().default(0),
    extendsWhenSoldOut: p.boolean().default(true),
    /** When it was first put on sale. */
    publishedAt: p.datetime().columnType('timestamptz(3)').nullable(),
    /** When it was called off. */
    cancelledAt: p.datetime().columnType('timestamptz(3)').nullable(),
    /**
     * For the index of the sweep, as isAvailable is: the event was called off, and seats are still
     * taken.
     */
    hasBookingsToCancel: p
      .boolean()
      .generated("(status = 'cancelled' and available_seats < seat_count) stored"),
    createdAt: p.datetime().columnType('timestamptz(3)').defaultRaw('now()'),
    /** Its version when it was archived. Null: it was not. */
    archivedVersion: p.integer().nullable(),
  },
  checks: [
    { name: 'check_seats_positive', expression: 'available_seats >= 0' },
    { name: 'check_seats_valid', expression: 'available_seats <= seat_count' },
    { name: 'check_held_positive', expression: 'held_seats >= 0' },
    { name: 'check_held_valid', expression: 'available_seats + held_seats <= seat_count' },
    {
      name: 'check_event_status',
      expression: "status in ('draft', 'on_sale', 'closed', 'cancelled')",
    },
    {
      name: 'check_event_cancelled',
      expression: "(status = 'cancelled') = (cancelled_at is not null)",
    },
    // Every write raises the version: so nothing can change an event that was archived.
    { name: 'check_event_archived', expression: 'archived_version = version' },
    { name: 'check_sale_window', expression: 'sale_opens_at < sale_closes_at' },
    {
      name: 'check_policy',
      expression:
        'quantity_per_booking_max >= 1 and active_bookings_per_user_max >= 1 and hold_duration_ms >= 1 and hold_pause_ms >= 0 and cancel_deadline_ms >= 0 and hold_extension_max_ms >= 0',
    },
  ],
  indexes: [
    // With the status, a list of what is on sale skips the others within the index.
    { name: 'ix_events_date', properties: ['date', 'id', 'status'] },
    // The guide puts available_seats first, which cannot give the order by date (decision 0003).
    {
      name: 'ix_events_available_date',
      expression: `create index "ix_events_available_date" on "events" ("date", "id", coalesce("sale_opens_at", '-infinity'), coalesce("sale_closes_at", 'infinity')) where is_available and status = 'on_sale'`,
    },
    { name: 'ix_events_organizer_date', properties: ['organizerId', 'date', 'id'] },
    // What may be archived next, without those that were.
    {
      name: 'ix_events_to_archive',
      properties: ['date', 'id'],
      where: 'archived_version is null',
    },
    {
      name: 'ix_events_to_cancel',
      properties: ['cancelledAt', 'id'],
      where: 'has_bookings_to_cancel',
    },
  ],
});
