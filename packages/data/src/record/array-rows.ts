import type { ArrayRows } from './form.ts';

/** Existing bookings: what each was seen as, and what it becomes (writes.ts). */
export const movedRows: ArrayRows = {
  alias: 'm',
  places: 'movedPlaces',
  columns: [
    ['movedIds', 'uuid', 'id'],
    ['seenStatuses', 'text', 'seen_status'],
    ['seenUserIds', 'text', 'seen_user_id'],
    ['seenOrdinals', 'int', 'seen_ordinal'],
    ['seenSeatCounts', 'int', 'seen_seat_count'],
    ['seenExpiries', 'float8', 'seen_expires_at'],
    ['seenOfferees', 'text', 'seen_offered_to'],
    ['seenOfferExpiries', 'float8', 'seen_offer_expires_at'],
    ['movedStatuses', 'text', 'status'],
    ['movedUserIds', 'text', 'user_id'],
    ['movedOrdinals', 'int', 'ordinal'],
    ['movedSeatCounts', 'int', 'seat_count'],
    ['movedClaims', 'int', 'claimed_seat_count'],
    ['movedExpiries', 'float8', 'expires_at'],
    ['movedHoldEnds', 'float8', 'hold_ended_at'],
    ['movedCancellers', 'text', 'cancelled_by'],
    ['movedOfferees', 'text', 'offered_to'],
    ['movedOfferExpiries', 'float8', 'offer_expires_at'],
  ],
};

/** New bookings. */
export const insertedRows: ArrayRows = {
  alias: 'i',
  places: 'insertedPlaces',
  columns: [
    ['insertedIds', 'uuid', 'id'],
    ['insertedUserIds', 'text', 'user_id'],
    ['insertedOrdinals', 'int', 'ordinal'],
    ['insertedSeatCounts', 'int', 'seat_count'],
    ['insertedClaims', 'int', 'claimed_seat_count'],
    ['insertedStatuses', 'text', 'status'],
    ['insertedExpiries', 'float8', 'expires_at'],
    ['insertedHoldEnds', 'float8', 'hold_ended_at'],
    ['insertedCancellers', 'text', 'cancelled_by'],
    ['insertedBegins', 'float8', 'held_since'],
  ],
};

export const ledgerRows: ArrayRows = {
  alias: 'l',
  places: 'ledgerPlaces',
  columns: [
    ['ledgerPositions', 'int', 'position'],
    ['ledgerTypes', 'text', 'type'],
    ['ledgerBookingIds', 'uuid', 'booking_id'],
    ['ledgerUserIds', 'text', 'user_id'],
    ['ledgerOrdinals', 'int', 'ordinal'],
    ['ledgerQuantities', 'int', 'quantity'],
    ['ledgerFromStatuses', 'text', 'from_status'],
    ['ledgerExpiries', 'float8', 'expires_at'],
    ['ledgerActors', 'text', 'actor'],
    ['ledgerReasons', 'text', 'reason'],
    ['ledgerFacts', 'text', 'facts'],
  ],
};

/** New bookings where nothing else changes (claims.ts). */
export const claimRows: ArrayRows = {
  alias: 'claim',
  places: 'places',
  columns: [
    ['positions', 'int', 'position'],
    ['ids', 'uuid', 'id'],
    ['userIds', 'text', 'user_id'],
    ['ordinals', 'int', 'ordinal'],
    ['seatCounts', 'int', 'seat_count'],
    ['bookingStatuses', 'text', 'status'],
    ['expiries', 'float8', 'expires_at'],
  ],
};
