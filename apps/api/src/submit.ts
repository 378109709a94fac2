import type { BookingOutcome, EventOutcome } from '@holdfast/data';
import type { BookingCommand, OrganizerCommand } from '@holdfast/domain';
import type { Context } from './context.ts';

/**
 * Gives a booking command to its event's queue and waits for its outcome, or for the request's
 * deadline. Faults: as GroupCommitter.submit.
 */
export async function submitBookingCommand(
  { committer, deadline }: Context,
  eventId: string,
  command: BookingCommand,
): Promise<BookingOutcome> {
  const outcome = await committer.submit(eventId, command, deadline);
  if (outcome.status !== 'accepted' || 'booking' in outcome) return outcome;
  throw new Error(`A ${command.type} was answered with an event.`);
}

/** The same for an organizer's command: it waits in the same queue, so it sees what came before it. */
export async function submitOrganizerCommand(
  { committer, deadline }: Context,
  eventId: string,
  command: OrganizerCommand,
): Promise<EventOutcome> {
  const outcome = await committer.submit(eventId, command, deadline);
  if (outcome.status !== 'accepted' || 'event' in outcome) return outcome;
  throw new Error(`A ${command.type} was answered with a booking.`);
}
