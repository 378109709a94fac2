import type { ReserveAnswer } from '@holdfast/client';
import { findOwnHold, type HoldSearch, nothingOwn } from './own-hold.ts';
import type { AnyDoubt } from './settle.ts';

/** What is to be held. */
export interface ReserveOnceInput {
  readonly eventId: string;
  readonly quantity: number;
  /** The hold whose place it takes, in the same decision; `undefined`: nothing is held. */
  readonly replacedId: string | undefined;
}

/**
 * One attempt to hold seats, under the one id that this browser has for the event: whatever another tab, another press
 * of the button or a page before a reload has sent, there is one hold in the end, and it is the answer. Tabs call it one
 * after the other (`takeTurns`).
 *
 * @param doubt of the attempt before, where nobody knows what became of it
 * @throws HoldfastError where nothing was done
 */
export async function reserveOnce(
  search: HoldSearch,
  input: ReserveOnceInput,
  { doubt, signal }: { readonly doubt: AnyDoubt | null; readonly signal: AbortSignal },
): Promise<ReserveAnswer> {
  const { client, journal } = search;
  const { eventId, quantity, replacedId } = input;
  const isFresh = doubt === null && replacedId === undefined;
  const own =
    isFresh && journal.find(eventId) !== null ? await findIt(search, eventId, signal) : null;
  if (own !== null) return own;
  const { bookingId, isNew } = journal.begin(eventId, replacedId);
  const claim = { eventId, quantity, bookingId, isFirstAttempt: isNew };
  const answer = await client.booking.reserve({ ...claim, replace: replacedId !== undefined });
  if (answer.status === 'held' || answer.status === 'unknown') return answer;
  // The id was used for another quantity, by an attempt that came late: that is the hold then.
  const late = isIdTaken(answer) ? await findIt(search, eventId, signal) : null;
  if (late === null) journal.end(eventId, bookingId);
  return late ?? answer;
}

async function findIt(search: HoldSearch, eventId: string, signal: AbortSignal) {
  const { held } = await findOwnHold(search, { eventId, before: nothingOwn }, signal);
  return held?.booking ?? null;
}

function isIdTaken(answer: ReserveAnswer): boolean {
  return answer.status === 'refused' && answer.reason === 'id_taken';
}
