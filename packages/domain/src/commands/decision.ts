import type { Actor } from '../booking/actor.ts';
import type { Booking } from '../booking/booking.ts';
import type { EventState } from '../event/event.ts';
import { bookingAfter } from '../state/evolve.ts';
import type { Refused } from './refusal.ts';
import {
  type BookingTransition,
  type EventTransition,
  isBookingTransition,
  type Transition,
} from '../state/transition.ts';

/**
 * A command about a booking was accepted: the booking as it then is, and what to write to make it
 * so.
 */
export interface BookingAccepted {
  readonly status: 'accepted';
  readonly booking: Booking;
  /** Empty where the command changes nothing, as a repeated one. */
  readonly transitions: readonly Transition[];
}

/** A command about the event as a whole was accepted. */
export interface EventAccepted {
  readonly status: 'accepted';
  readonly transitions: readonly Transition[];
}

export type BookingDecision = BookingAccepted | Refused;
export type EventDecision = EventAccepted | Refused;
export type Decision = BookingDecision | EventDecision;

/**
 * Accepted, with nothing to write: it was so already. `booking` is as it is to be shown: see
 * `bookingAsOf`.
 */
export function bookingUnchanged(booking: Booking): BookingAccepted {
  return { status: 'accepted', booking, transitions: [] };
}

/** Accepted: this transition, after those that made room for it. */
export function bookingChanged(
  transition: BookingTransition,
  madeRoom: readonly BookingTransition[] = [],
): BookingAccepted {
  return {
    status: 'accepted',
    booking: bookingAfter(transition),
    transitions: [...madeRoom, transition],
  };
}

/** The decision with who acted on the user's behalf, in what it does to the booking itself. */
export function signed(
  decision: BookingDecision,
  { bookingId, actor }: { readonly bookingId: string; readonly actor: Actor },
): BookingDecision {
  if (decision.status === 'refused') return decision;
  const transitions = decision.transitions.map((each) =>
    isBookingTransition(each) && each.bookingId === bookingId ? { ...each, actor } : each,
  );
  return { ...decision, transitions };
}

/** Accepted, with nothing to write: the event was so already. */
export const eventUnchanged: EventAccepted = { status: 'accepted', transitions: [] };

/** Accepted: these transitions. */
export function eventChanged(
  ...transitions: readonly (EventTransition | BookingTransition)[]
): EventAccepted {
  return { status: 'accepted', transitions };
}

/**
 * The event, if it is this organizer's. Another organizer's event is treated as if it did not
 * exist.
 */
export function ownedBy(event: EventState | null, organizerId: string): EventState | null {
  return event?.organizerId === organizerId ? event : null;
}

/** Has the organizer changed the event since the version that this command was decided upon? */
export function hasChangedSince(
  event: EventState,
  { expectedVersion }: { readonly expectedVersion?: number | undefined },
): boolean {
  return expectedVersion !== undefined && event.organizedVersion > expectedVersion;
}
