import type { Booking } from '../booking.ts';
import type { Capacity } from '../capacity.ts';
import type { BookingCommand } from '../commands.ts';
import { decideGroup } from '../decide-group.ts';
import type { EventState } from '../event.ts';
import type { Instant } from '../instant.ts';
import type { Refused } from '../refusal.ts';
import { stateOf } from '../state.ts';
import { isBookingTransition } from '../transition.ts';

/** A yes, in numbers and bookings, ready for somebody else's tables. */
export interface AcceptedOne {
  readonly status: 'accepted';
  readonly booking: Booking;
  /** The numbers after it. */
  readonly capacity: Capacity;
  /** Every booking to write: this one, and lapsed ones that made room. Empty: nothing changes. */
  readonly changed: readonly Booking[];
  /** The write is safe under this guard alone: at least so many are available. */
  readonly availableMin: number;
}

/** Something that is sold like an event, and those of its bookings that matter. */
export interface Sold {
  readonly event: EventState;
  readonly bookings: readonly Booking[];
}

/** Decides one command about one booking. */
export function decideOne(
  { event, bookings }: Sold,
  command: BookingCommand,
  now: Instant,
): AcceptedOne | Refused {
  const group = decideGroup(stateOf(event, bookings), [command], now);
  const decision = group.decisions[0];
  if (decision === undefined) throw new Error('One command has one decision.');
  if (decision.status === 'refused') return decision;
  const changedIds = group.transitions.filter(isBookingTransition).map((each) => each.bookingId);
  return {
    status: 'accepted',
    booking: decision.booking,
    capacity: (group.after.event ?? event).capacity,
    changed: changedIds.flatMap((id) => group.after.bookings.get(id) ?? []),
    availableMin: group.reliance.seatsAvailableMin,
  };
}
