import { randomUUID } from 'node:crypto';
import type { Standing } from '@holdfast/domain';
import type { Admission, Heard } from '@holdfast/redis';
import type { CommandGroup } from './group-words.ts';
import { type Look, lookBefore } from './look-before.ts';
import { type Arrival, type GivenOutcome, seatsClaimedBy } from './words.ts';

/** Commands of one event that were taken from its lane. */
export type TakenGroup = CommandGroup<Arrival, GivenOutcome>;

/** What is needed to refuse early. */
export interface EarlyRefusalParts {
  readonly admission: Pick<Admission, 'ask'>;
  /** Seats that this process's last commit of the event left; `null`: it knows nothing. */
  readonly freeSeats: (eventId: string) => number | null;
  /** Is what commands would end there at all? */
  readonly look: Look;
}

/** A group, and what Redis said about its event before it is committed. */
export interface AskedGroup {
  readonly group: TakenGroup;
  /** `null`: Redis was not asked, or did not answer. */
  readonly heard: Heard | null;
  /** Whose word that is: that of Redis, or what this process itself has just heard of PostgreSQL. */
  readonly heardFrom: 'redis' | 'memory';
  /** A fence that was to be raised. It may stand though Redis did not answer. */
  readonly fence: string | null;
  /** Commands of the group that may give seats back. */
  readonly mayGive: ReadonlySet<Arrival>;
}

/** None of a group. */
export const noneGives: ReadonlySet<Arrival> = new Set();

/**
 * An event is scarce while fewer seats are free than the seats that a group claims, times this factor. It
 * is large because other processes sell as well, and this one does not know their claims.
 */
const scarceFactor = 20;

/**
 * Asks Redis about a group's event, where the answer may refuse somebody or commands of the group will
 * end what is there: then a fence is raised in the same question. Never rejects: without Redis all goes
 * on, through PostgreSQL.
 */
export async function askEarly(parts: EarlyRefusalParts, group: TakenGroup): Promise<AskedGroup> {
  const { eventId, commands } = group;
  const { isThere, mayGive } = await lookBefore(parts.look, eventId, commands);
  const unasked = { group, heard: null, heardFrom: 'redis', fence: null, mayGive } as const;
  if (!isThere && !mayRefuse(parts, group)) return unasked;
  const fence = isThere ? randomUUID() : null;
  const heard = await parts.admission.ask(eventId, fence).catch(() => null);
  return { ...unasked, heard, fence };
}

/** Redis can refuse nobody while many seats are free. Nor does it refuse a retry, which finds its booking. */
function mayRefuse({ freeSeats }: EarlyRefusalParts, group: TakenGroup): boolean {
  if (!group.commands.some(isFirstClaim)) return false;
  const free = freeSeats(group.eventId);
  return free === null || free < scarceFactor * seatsClaimed(group.commands);
}

/** Is it certain, by what Redis said, that PostgreSQL would refuse this one as sold out? */
export function isSoldOut({ heard }: AskedGroup, arrival: Arrival): boolean {
  return heard?.certainty === 'certain' && isBeyond(heard, arrival);
}

/** Would it be sold out, had PostgreSQL said so just now? */
export function isSoldOutAsItSeems({ heard }: AskedGroup, arrival: Arrival): boolean {
  return heard?.certainty === 'expired' && isBeyond(heard, arrival);
}

/** What Redis would say now, had it heard of the commit that left the event like this. */
export function heardAnew(heard: Heard | null, standing: Standing | null): Heard | null {
  if (heard === null || standing === null || standing.refusableForMs === 0) return heard;
  const { availableSeats: free, quantityPerBookingMax: limit } = standing;
  return { asOfMs: heard.asOfMs, free, limit, certainty: 'certain' };
}

function isBeyond({ free, limit }: Heard, arrival: Arrival): boolean {
  if (free === null || limit === null || !isFirstClaim(arrival)) return false;
  const quantity = seatsClaimedBy(arrival.command);
  return quantity > free && quantity <= limit;
}

function isFirstClaim({ command, isFirstAttempt }: Arrival): boolean {
  return isFirstAttempt && seatsClaimedBy(command) > 0;
}

function seatsClaimed(arrivals: readonly Arrival[]): number {
  return arrivals.reduce((sum, { command }) => sum + seatsClaimedBy(command), 0);
}
