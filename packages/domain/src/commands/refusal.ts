import type { ActiveBooking } from '../booking/booking.ts';

/**
 * Every reason for a refusal, in order of precedence: if several apply, the first is given. Each
 * has the sentence that a person reads. It says what is wrong and what to do.
 */
const refusals = [
  [
    'event_archived',
    'The event is long over, and its bookings are in the archive. Nothing changes them any more. Ask the organizer.',
  ],
  ['invalid_quantity', 'The quantity must be a whole number from 1 to 2147483647.'],
  ['event_not_found', 'There is no such event. Check the event id.'],
  [
    'invalid_rules',
    "The sale window must open before it closes. Without a closesAt it closes at the event's date. Every limit of the policy must be a whole number of at least 1; holdPauseMs may be 0, and cancelDeadlineMs 0 or null. Change opensAt, closesAt, the date or the policy.",
  ],
  ['id_taken', 'This id already names something else. Make a new id.'],
  ['order_not_found', 'There is no such order. Check the order id.'],
  ['booking_not_found', 'There is no such booking. Check the event id and the booking id.'],
  ['booking_cancelled', 'The booking was cancelled. Make a new booking.'],
  ['hold_lapsed', 'The hold ran out of time before it was confirmed. Reserve again.'],
  [
    'not_confirmed',
    'Only a confirmed booking can change its quantity or its user, and this one is a hold. Confirm it first.',
  ],
  ['offer_lapsed', 'The offer of this booking ran out of time. Ask its user to offer it again.'],
  [
    'hold_not_extendable',
    'The policy does not let this hold last longer, or not while the event is sold out. Confirm it in time.',
  ],
  [
    'cancel_deadline_passed',
    'It is too late to give this booking back: the deadline of the policy (cancelDeadlineMs before the date) has passed. Ask the organizer.',
  ],
  ['event_cancelled', 'The event has been called off.'],
  [
    'event_changed',
    'The organizer has changed the event after the version that you saw. Read the event, and decide again.',
  ],
  [
    'quantity_changed',
    'The booking no longer has the quantity that you saw. Read the booking, and decide again.',
  ],
  ['event_closed', 'The organizer has closed the sale of this event.'],
  ['not_on_sale', 'The event is not on sale yet.'],
  ['sale_not_started', 'The sale has not started yet. See when its sale window opens.'],
  ['sale_ended', 'The sale of this event ended at the end of its sale window.'],
  [
    'sale_already_over',
    'The sale would end in the past. Move the date or closesAt to a time in the future. To end a sale now, close it.',
  ],
  ['quantity_over_limit', 'One booking of this event may not have so many seats. Ask for fewer.'],
  [
    'bookings_over_limit',
    'The user already has as many active bookings of this event as its policy allows. Go on with one of them, or cancel one first.',
  ],
  [
    'hold_paused',
    'A hold of the user for this event ended without a sale a short time ago. Wait until the pause of the policy (holdPauseMs) is over, and ask again.',
  ],
  [
    'capacity_below_taken',
    'More seats than this capacity are already held or sold. Choose a larger capacity.',
  ],
  ['sold_out', 'Not enough seats are left. Ask for fewer, or try again when seats come back.'],
] as const;

/** Why a command was refused. */
export type RefusalReason = (typeof refusals)[number][0];

/** Every reason, in order of precedence. */
export const refusalReasons: readonly RefusalReason[] = refusals.map(([reason]) => reason);

const sentences: ReadonlyMap<RefusalReason, string> = new Map(refusals);

/** A user who has as many bookings of the event as its policy allows, and which ones these are. */
export interface RefusedOverLimit {
  readonly status: 'refused';
  readonly reason: 'bookings_over_limit';
  /**
   * The user's own active bookings of the event, by ordinal: at most `namedBookingCountMax` of them.
   * Who has lost the id of a hold, as by a reloaded page, finds it here.
   */
  readonly activeBookings: readonly ActiveBooking[];
}

/** A refusal, as data. Never thrown. */
export type Refused =
  | RefusedOverLimit
  | {
      readonly status: 'refused';
      readonly reason: Exclude<RefusalReason, RefusedOverLimit['reason']>;
    };

/** A refusal names no more bookings than this, whatever the policy allows. */
export const namedBookingCountMax = 20;

/** The sentence that a person reads for a reason: what is wrong, and what to do. */
export function explainRefusal(reason: RefusalReason): string {
  return sentences.get(reason) ?? reason;
}

/** @example refused('sold_out') // { status: 'refused', reason: 'sold_out' } */
export function refused(reason: Exclude<RefusalReason, RefusedOverLimit['reason']>): Refused {
  return { status: 'refused', reason };
}

/** The user has these already, and the policy allows no more. `active`: all of them, in any order. */
export function refusedOverLimit(active: readonly ActiveBooking[]): RefusedOverLimit {
  const inOrder = [...active].sort((a, b) => a.ordinal - b.ordinal);
  const activeBookings = inOrder.slice(0, namedBookingCountMax);
  return { status: 'refused', reason: 'bookings_over_limit', activeBookings };
}
