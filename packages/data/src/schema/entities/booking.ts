import { defineEntity, p } from '@mikro-orm/core';

/**
 * A booking, named by its event and its id together, so that the table can be distributed by event.
 * Written by `commit` alone.
 *
 * There is no foreign key to `events`: `commit` inserts bookings only beside the guarded UPDATE of
 * their event, and the audit looks for orphans (decision 0002 has the cost of the key).
 */
export const Booking = defineEntity({
  name: 'Booking',
  tableName: 'bookings',
  properties: {
    eventId: p.uuid().primary(),
    id: p.uuid().primary(),
    userId: p.text(),
    ordinal: p.integer(),
    seatCount: p.integer(),
    /** What its claim asked for, where its quantity was changed since. Else null. */
    claimedSeatCount: p.integer().nullable(),
    status: p.text(),
    expiresAt: p.datetime().columnType('timestamptz(3)').nullable(),
    /** When it came to its status. */
    changedAt: p.datetime().columnType('timestamptz(3)'),
    createdAt: p.datetime().columnType('timestamptz(3)'),
    /** The begin of the hold whose place this one took. Null: it began when it was made. */
    heldSince: p.datetime().columnType('timestamptz(3)').nullable(),
    /** When its hold ended without a sale: it lapsed, or was given back. Else null. */
    holdEndedAt: p.datetime().columnType('timestamptz(3)').nullable(),
    /**
     * What ended it, where it is cancelled: `user`, `organizer`, `admin` or `replacement`. `refusal`: it is no
     * booking, but marks a spent id. Null in rows from
     * before there were replacements: the user then, or from the end of the event on the organizer.
     */
    cancelledBy: p.text().nullable(),
    /** To whom its user offers it, and until when. Null: to nobody. */
    offeredTo: p.text().nullable(),
    offerExpiresAt: p.datetime().columnType('timestamptz(3)').nullable(),
  },
  checks: [
    { name: 'check_booking_seats', expression: 'seat_count >= 1' },
    { name: 'check_booking_ordinal', expression: 'ordinal >= 1' },
    {
      name: 'check_booking_status',
      expression: "status in ('held', 'confirmed', 'cancelled', 'expired')",
    },
    { name: 'check_booking_expiry', expression: "(status = 'held') = (expires_at is not null)" },
    {
      name: 'check_booking_hold_end',
      expression: "hold_ended_at is null or status in ('cancelled', 'expired')",
    },
    {
      name: 'check_booking_cancelled_by',
      expression:
        "cancelled_by is null or (status = 'cancelled' and cancelled_by in ('user', 'organizer', 'admin', 'replacement', 'refusal'))",
    },
    {
      name: 'check_booking_offer',
      expression:
        "(offered_to is null) = (offer_expires_at is null) and (offered_to is null or status = 'confirmed')",
    },
  ],
  indexes: [
    // Lists go by time, and then by id: one range of an index a page (read/bookings.ts, read/event-bookings.ts).
    { name: 'ix_bookings_user_id', properties: ['userId', 'createdAt', 'id', 'eventId'] },
    { name: 'ix_bookings_event_id', properties: ['eventId', 'createdAt', 'id'] },
    {
      name: 'ix_bookings_event_expires_at',
      properties: ['eventId', 'expiresAt'],
      where: "status = 'held'",
    },
    // The last hold of a user at an event that ended without a sale, where the policy has a pause.
    {
      name: 'ix_bookings_user_hold_ended',
      properties: ['userId', 'eventId', 'holdEndedAt'],
      where: 'hold_ended_at is not null',
    },
  ],
  uniques: [
    // The guide's index is unique for confirmed bookings. This one is for holds, too. With the
    // ordinal a policy can allow a user more than one booking.
    {
      name: 'ix_bookings_user_event',
      properties: ['userId', 'eventId', 'ordinal'],
      where: "status in ('held', 'confirmed')",
    },
  ],
});
