import { insertedRows, ledgerRows } from './array-rows.ts';
import type { Form } from './form.ts';
import { millisecondsOf, timestampOf } from '../sql/rows.ts';

/*
 * The parts of a commit's statement that add rows, for the events that were written.
 */

export const insertBookings = ({ eventId, at, from }: Form): string => `
  insert into bookings (
    event_id, id, user_id, ordinal, seat_count, claimed_seat_count, status, expires_at, changed_at,
    created_at, held_since, hold_ended_at, cancelled_by
  )
  select ${eventId}, i.id, i.user_id, i.ordinal, i.seat_count, i.claimed_seat_count, i.status,
    ${timestampOf('i.expires_at')}, ${at}, ${at}, ${timestampOf('i.held_since')},
    ${timestampOf('i.hold_ended_at')}, i.cancelled_by
  ${from(insertedRows)}`;

export const insertLedger = ({ eventId, at, from }: Form): string => `
  insert into ledger (
    event_id, version, position, type, at,
    booking_id, user_id, ordinal, quantity, from_status, expires_at, actor, reason, facts
  )
  select ${eventId}, event.version, l.position, l.type, ${at},
    l.booking_id, l.user_id, l.ordinal, l.quantity, l.from_status,
    ${timestampOf('l.expires_at')}, l.actor, l.reason, l.facts::jsonb
  ${from(ledgerRows)}`;

/** The change feed: one row a commit. */
export const insertOutbox = ({ eventId, at, from }: Form): string => `
  insert into outbox (event_id, version, at, status, seat_count, available_seats, held_seats)
  select ${eventId}, event.version, ${at}, event.status, event.seat_count, event.available_seats,
    event.held_seats
  ${from()}`;

/** New bookings where nothing else changes, from the rows `claim`. */
export const insertClaimed = ({ eventId, at }: Form, from: string): string => `
  insert into bookings (
    event_id, id, user_id, ordinal, seat_count, status, expires_at, changed_at, created_at
  )
  select ${eventId}, claim.id, claim.user_id, claim.ordinal, claim.seat_count, claim.status,
    ${timestampOf('claim.expires_at')}, ${at}, ${at}
  ${from}`;

/** Their ledger. */
export const insertClaims = ({ eventId, at }: Form, from: string): string => `
  insert into ledger (
    event_id, version, position, type, at, booking_id, user_id, ordinal, quantity, expires_at
  )
  select ${eventId}, event.version, claim.position, 'booking_' || claim.status, ${at},
    claim.id, claim.user_id, claim.ordinal, claim.seat_count, ${timestampOf('claim.expires_at')}
  ${from}`;

/** What the caller gets of each event that was written: see Recorded. */
export const recorded = `event.version, event.seat_count as total, event.available_seats as available,
  event.held_seats as held, ${millisecondsOf('statement_timestamp()')} as now`;
