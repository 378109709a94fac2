import type { Booking } from '../booking/booking.ts';
import type { BookingCommand } from '../commands/commands.ts';
import { decideGroup } from '../deciding/decide-group.ts';
import type { EventState } from '../event/event.ts';
import { type GroupWrite, writeOf } from '../deciding/group-write.ts';
import type { Instant } from '../instant.ts';
import type { Refused } from '../commands/refusal.ts';
import { stateOf } from '../state/state.ts';

/** A command was accepted. This is what to write into tables of a team's own. */
export interface AcceptedOne {
  readonly status: 'accepted';
  readonly booking: Booking;
  /** `null`: it was so already, and there is nothing to write. */
  readonly write: OneWrite | null;
}

/** What to write, all or nothing. Its guard is `availableMin` and what `Reliance` says. */
export interface OneWrite extends GroupWrite {
  /** So many must be available, by the counter at the time of the write. */
  readonly availableMin: number;
}

/** Something that is sold like an event, and those of its bookings that matter. */
export interface Sold {
  readonly event: EventState;
  readonly bookings: readonly Booking[];
}

/** Decides one command about one booking. What it is given was checked by who calls it. */
export function decideOne(
  { event, bookings }: Sold,
  command: BookingCommand,
  now: Instant,
): AcceptedOne | Refused {
  const group = decideGroup(stateOf(event, bookings), [command], now);
  const decision = group.decisions[0];
  if (decision === undefined) throw new Error('One command has one decision.');
  if (decision.status === 'refused') return decision;
  const isChange = group.transitions.length > 0;
  return {
    status: 'accepted',
    booking: decision.booking,
    write: isChange ? { ...writeOf(group), availableMin: group.reliance.seatsAvailableMin } : null,
  };
}
