import {
  type Booking,
  type BookingTransition,
  type Canceller,
  capacityChangeOf,
  holdEndedAt,
  isBookingTransition,
  type MovedBooking,
  type Offer,
  type Transition,
  writeOf,
} from '@holdfast/domain';
import { arrayOf, textArrayOf } from '../sql/array-literal.ts';
import type { Decided } from '../commit/group.ts';

/** Columns of rows to write, by the names that record-statements.ts uses. */
type Columns = Readonly<Record<string, unknown>>;

/** A row of a group, with the group's place, from 1. */
interface Placed {
  readonly place: number;
}

interface Inserted extends Placed {
  readonly booking: Booking;
}

interface Moved extends Placed, MovedBooking {}

/**
 * The bookings that these groups change. New ones are inserted as they are in the end. Others are
 * moved from what they were seen as.
 */
export function bookingWrites(groups: readonly Decided[]): Columns {
  const inserted: Inserted[] = [];
  const moved: Moved[] = [];
  for (const [index, { group }] of groups.entries()) {
    const place = index + 1;
    const { newBookings, movedBookings } = writeOf(group);
    for (const booking of newBookings) inserted.push({ place, booking });
    for (const each of movedBookings) moved.push({ place, ...each });
  }
  return { ...insertedColumns(inserted), ...movedColumns(moved) };
}

function insertedColumns(rows: readonly Inserted[]): Columns {
  return {
    insertedPlaces: arrayOf(rows.map(({ place }) => place)),
    insertedIds: arrayOf(rows.map(({ booking }) => booking.id)),
    insertedUserIds: textArrayOf(rows.map(({ booking }) => booking.userId)),
    insertedOrdinals: arrayOf(rows.map(({ booking }) => booking.ordinal)),
    insertedSeatCounts: arrayOf(rows.map(({ booking }) => booking.quantity)),
    insertedClaims: arrayOf(rows.map(({ booking }) => booking.claimedQuantity ?? null)),
    insertedStatuses: arrayOf(rows.map(({ booking }) => booking.status)),
    insertedExpiries: arrayOf(rows.map(({ booking }) => expiryOf(booking))),
    insertedBegins: arrayOf(
      rows.map(({ booking }) => (booking.status === 'held' ? (booking.heldSince ?? null) : null)),
    ),
    insertedHoldEnds: arrayOf(rows.map(({ booking }) => holdEndedAt(booking))),
    insertedCancellers: arrayOf(rows.map(({ booking }) => cancellerOf(booking))),
  };
}

function movedColumns(rows: readonly Moved[]): Columns {
  return {
    movedPlaces: arrayOf(rows.map(({ place }) => place)),
    movedIds: arrayOf(rows.map(({ booking }) => booking.id)),
    ...seenColumns(rows.map(({ seen }) => seen)),
    movedStatuses: arrayOf(rows.map(({ booking }) => booking.status)),
    movedUserIds: textArrayOf(rows.map(({ booking }) => booking.userId)),
    movedOrdinals: arrayOf(rows.map(({ booking }) => booking.ordinal)),
    movedSeatCounts: arrayOf(rows.map(({ booking }) => booking.quantity)),
    movedClaims: arrayOf(rows.map(({ booking }) => booking.claimedQuantity ?? null)),
    movedExpiries: arrayOf(rows.map(({ booking }) => expiryOf(booking))),
    movedHoldEnds: arrayOf(rows.map(({ booking }) => holdEndedAt(booking))),
    movedCancellers: arrayOf(rows.map(({ booking }) => cancellerOf(booking))),
    movedOfferees: textArrayOf(rows.map(({ booking }) => offerOf(booking)?.toUserId ?? null)),
    movedOfferExpiries: arrayOf(rows.map(({ booking }) => offerOf(booking)?.expiresAt ?? null)),
  };
}

/** What each moved booking must still be: all of it that a decision looks at, and that can change. */
function seenColumns(seen: readonly Booking[]): Columns {
  return {
    seenStatuses: arrayOf(seen.map(({ status }) => status)),
    seenUserIds: textArrayOf(seen.map(({ userId }) => userId)),
    seenOrdinals: arrayOf(seen.map(({ ordinal }) => ordinal)),
    seenSeatCounts: arrayOf(seen.map(({ quantity }) => quantity)),
    seenExpiries: arrayOf(seen.map(expiryOf)),
    seenOfferees: textArrayOf(seen.map((booking) => offerOf(booking)?.toUserId ?? null)),
    seenOfferExpiries: arrayOf(seen.map((booking) => offerOf(booking)?.expiresAt ?? null)),
  };
}

function expiryOf(booking: Booking): number | null {
  return booking.status === 'held' ? booking.expiresAt : null;
}

function offerOf(booking: Booking): Offer | null {
  return booking.status === 'confirmed' ? (booking.offer ?? null) : null;
}

function cancellerOf(booking: Booking): Canceller | null {
  return booking.status === 'cancelled' ? booking.cancelledBy : null;
}

/** The ledger's rows for the transitions of these groups, in order. */
export function ledgerWrites(groups: readonly Decided[]): Columns {
  const rows = groups.flatMap(({ group }, index) =>
    group.transitions.map((transition, position) =>
      ledgerRow(transition, { place: index + 1, position: position + 1 }),
    ),
  );
  return {
    ledgerPlaces: arrayOf(rows.map((row) => row.place)),
    ledgerPositions: arrayOf(rows.map((row) => row.position)),
    ledgerTypes: arrayOf(rows.map((row) => row.type)),
    ledgerBookingIds: arrayOf(rows.map((row) => row.bookingId)),
    ledgerUserIds: textArrayOf(rows.map((row) => row.userId)),
    ledgerOrdinals: arrayOf(rows.map((row) => row.ordinal)),
    ledgerQuantities: arrayOf(rows.map((row) => row.quantity)),
    ledgerFromStatuses: arrayOf(rows.map((row) => row.fromStatus)),
    ledgerExpiries: arrayOf(rows.map((row) => row.expiresAt)),
    ledgerActors: textArrayOf(rows.map((row) => row.actor)),
    ledgerReasons: textArrayOf(rows.map((row) => row.reason)),
    ledgerFacts: textArrayOf(rows.map((row) => row.facts)),
  };
}

interface Spot extends Placed {
  /** Within its group, from 1. */
  readonly position: number;
}

interface LedgerWrite extends Spot {
  readonly type: Transition['type'];
  readonly bookingId: string | null;
  readonly userId: string | null;
  readonly ordinal: number | null;
  readonly quantity: number;
  readonly fromStatus: string | null;
  readonly expiresAt: number | null;
  readonly actor: string | null;
  readonly reason: string | null;
  readonly facts: string | null;
}

function ledgerRow(transition: Transition, { place, position }: Spot): LedgerWrite {
  if (!isBookingTransition(transition)) return eventLedgerRow(transition, { place, position });
  const { type, bookingId, userId, ordinal, quantity } = transition;
  const from = 'from' in transition && transition.from !== 'nothing' ? transition.from : null;
  return {
    place,
    position,
    type,
    bookingId,
    userId,
    ordinal,
    quantity,
    fromStatus: transition.type === 'booking_expired' ? 'held' : from,
    expiresAt: 'expiresAt' in transition ? transition.expiresAt : null,
    actor: transition.actor?.id ?? null,
    reason: transition.actor?.reason ?? null,
    facts: bookingFacts(transition),
  };
}

/** What the columns do not say, such as what cancelled it, or in which role somebody acted for its user. */
function bookingFacts(transition: BookingTransition): string | null {
  const { claimedQuantity } = transition;
  const by = transition.actor?.role;
  const facts = { by, ...ownFacts(transition), claimedQuantity };
  return Object.values(facts).some((fact) => fact !== undefined) ? JSON.stringify(facts) : null;
}

function ownFacts(transition: BookingTransition): Readonly<Record<string, unknown>> {
  switch (transition.type) {
    case 'booking_cancelled':
      return transition.by === 'user' ? {} : { by: transition.by };
    case 'booking_offered':
      return { offer: transition.offer, confirmedAt: transition.confirmedAt };
    case 'booking_transferred':
    case 'booking_quantity_changed':
      return { before: transition.before, confirmedAt: transition.confirmedAt };
    case 'booking_confirmed':
      return transition.from === 'expired' ? { before: transition.before } : {};
    case 'booking_extended':
      return { before: transition.before, heldSince: transition.heldSince };
    case 'booking_held':
      return { heldSince: transition.heldSince };
    case 'booking_expired':
      return {};
  }
}

function eventLedgerRow(transition: Transition, { place, position }: Spot): LedgerWrite {
  const { type, at: _, ...facts } = transition;
  return {
    place,
    position,
    type,
    bookingId: null,
    userId: null,
    ordinal: null,
    quantity: capacityChangeOf(transition).total,
    fromStatus: null,
    expiresAt: null,
    actor: null,
    reason: null,
    facts: JSON.stringify(facts),
  };
}
