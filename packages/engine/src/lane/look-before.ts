import { canonicalId, type Found, type Named } from '@holdfast/data';
import { within } from '@holdfast/redis';
import { type Arrival, type GivenCommand, mayEndRefusals } from './words.ts';

/** Of commands that may end refusals: what could be seen of them before they are decided. */
export interface Seen {
  /** Will one of them find what it ends? Then nobody is to be refused meanwhile. */
  readonly isThere: boolean;
  /** Those that may give seats back: all but those of which it is certain that they give none. */
  readonly mayGive: ReadonlySet<Arrival>;
}

/** What commands of one event name, as PostgreSQL has it now. */
export type Look = (named: Named) => Promise<Found>;

/** A look takes a part of a millisecond. What it does not find out by then is taken for there. */
const lookMsMax = 50;

const nothing: Seen = { isThere: false, mayGive: new Set() };

/**
 * Looks whether what commands of an event would end is there at all. Whoever cancels what does not exist, again and again, would
 * else keep everybody from being refused early: 100 times a second moved 400 refusals a second to
 * PostgreSQL. Never rejects: what cannot be looked for is taken for there.
 *
 * What is not there now may come in between, by another process: so who gives it back after all hears of it
 * when Redis knows, as all who give seats back do.
 *
 * @example (await lookBefore(look, eventId, [cancelOfNothing])).isThere // false
 */
export async function lookBefore(
  look: Look,
  eventId: string,
  commands: readonly Arrival[],
): Promise<Seen> {
  const ending = commands.filter(({ command }) => mayEndRefusals(command));
  if (ending.length === 0) return nothing;
  try {
    const found = await within(lookMsMax, () => look(namedIn(eventId, ending)));
    const seen = ending.map((arrival) => ({ arrival, end: endOf(arrival.command, found) }));
    return {
      isThere: seen.some(({ end }) => end === 'there'),
      mayGive: new Set(seen.filter(({ end }) => end !== 'over').map(({ arrival }) => arrival)),
    };
  } catch {
    return { isThere: true, mayGive: new Set(ending) };
  }
}

function namedIn(eventId: string, arrivals: readonly Arrival[]): Named {
  const bookingIds: string[] = [];
  const userIds: string[] = [];
  let asksOrganizer = false;
  for (const { command } of arrivals) {
    if (command.type === 'reserve') userIds.push(command.userId);
    else if ('bookingId' in command) bookingIds.push(canonicalId(command.bookingId));
    else asksOrganizer = true;
  }
  return { eventId, bookingIds, userIds, asksOrganizer };
}

/**
 * `over`: it has ended, and stays so, or, of a replacement, its user has no hold. `absent`: there is no such
 * booking, or it is another's.
 */
function endOf(command: GivenCommand, found: Found): 'there' | 'absent' | 'over' {
  if (command.type === 'reserve') return found.owners.has(command.userId) ? 'there' : 'over';
  if ('bookingId' in command) {
    const booking = found.bookings.get(canonicalId(command.bookingId));
    if (booking?.userId !== command.userId) return 'absent';
    return booking.isActive ? 'there' : 'over';
  }
  return found.organizerId === command.organizerId ? 'there' : 'absent';
}
