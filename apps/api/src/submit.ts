import type { BookingOutcome, EventOutcome } from '@holdfast/data';
import type { BookingCommand, OrganizerCommand } from '@holdfast/domain';
import type { Context } from './context.ts';

/** A booking command as its caller gave it. */
export interface BookingArrival {
  readonly command: BookingCommand;
  readonly isFirstAttempt: boolean;
}

/**
 * Gives a booking command to its event's lane and waits for its outcome, or for the request's
 * deadline. Faults: as Lanes.submit.
 */
export async function submitBookingCommand(
  { lanes, deadline, span }: Context,
  eventId: string,
  arrival: BookingArrival,
): Promise<BookingOutcome> {
  const { command } = arrival;
  const given = span === null ? arrival : { ...arrival, span };
  const outcome = await lanes.submit(eventId, given, deadline);
  if (outcome.status !== 'accepted' || 'booking' in outcome) return outcome;
  throw new Error(`A ${command.type} was answered with an event.`);
}

/** The same for an organizer's command: it waits in the same queue, so it sees what came before it. */
export async function submitOrganizerCommand(
  { lanes, deadline, span }: Context,
  eventId: string,
  command: OrganizerCommand,
): Promise<EventOutcome> {
  const given = { command, isFirstAttempt: false, span };
  const outcome = await lanes.submit(eventId, given, deadline);
  if (outcome.status !== 'accepted' || 'event' in outcome) return outcome;
  throw new Error(`A ${command.type} was answered with a booking.`);
}
