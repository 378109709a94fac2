import { type EventState, isKnownTo } from '../event/event.ts';

/**
 * Who gives a command on a user's behalf, and why. The ledger keeps all of it beside what was done.
 */
export interface Actor {
  readonly role: 'organizer' | 'admin';
  readonly id: string;
  readonly reason: string;
}

/** Organizers act for users of their own events, and admins of all. */
function isManagedBy({ organizerId }: EventState, { role, id }: Actor): boolean {
  return role === 'admin' || organizerId === id;
}

/**
 * May whoever gives this command know of the event? That is its user or, on the user's behalf, who
 * manages the event. For others there is no such event.
 */
export function mayCommand(
  event: EventState,
  { userId, actor }: { readonly userId: string; readonly actor?: Actor | undefined },
): boolean {
  return actor === undefined ? isKnownTo(event, userId) : isManagedBy(event, actor);
}
