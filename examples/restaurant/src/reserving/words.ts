/** Asks for a table. */
export interface AskedTable {
  /** A UUID, made once: a retry with the same one has one effect. */
  readonly id: string;
  readonly guestId: string;
  readonly partySize: number;
  /** `2026-12-24T19:00` by the clocks of the restaurant, or with an offset. */
  readonly at: string;
  /** How long they stay. Default: the restaurant's. */
  readonly sittingMinutes?: number;
}

/** A party that stands at the door. */
export type WalkIn = Pick<AskedTable, 'id' | 'partySize' | 'sittingMinutes'>;

/** Names a reservation, and whose it is. */
export interface NamedReservation {
  readonly id: string;
  readonly guestId: string;
}

interface ReservationFacts extends NamedReservation {
  readonly partySize: number;
  readonly table: string;
  readonly from: Date;
  readonly until: Date;
}

/** A reservation as it now is. It is committed. */
export type Reservation =
  | (ReservationFacts & { readonly status: 'held'; readonly heldUntil: Date })
  | (ReservationFacts & { readonly status: 'confirmed' | 'cancelled' | 'expired' });

/** Why nothing was written. */
export type ReservationRefusalReason =
  | 'party_too_large'
  | 'not_open'
  | 'slot_passed'
  | 'past_closing'
  | 'no_table'
  | 'fully_booked'
  | 'already_reserved'
  | 'id_taken'
  | 'hold_lapsed'
  | 'reservation_not_found'
  | 'reservation_cancelled'
  | 'too_late_to_cancel';

/** `message` is for people. */
export interface ReservationRefusal {
  readonly status: 'refused';
  readonly reason: ReservationRefusalReason;
  readonly message: string;
}

/** `unknown`: the connection broke at the commit. The same command with the same id settles it. */
export type ReservationOutcome = Reservation | ReservationRefusal | { readonly status: 'unknown' };
