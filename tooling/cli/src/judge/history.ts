import { type Call, isAcknowledged, isDoubtful, isExpired, isSoldOut } from '../load/call.ts';
import type { Told } from './evidence.ts';
import type { Occupation } from './false-sold-out.ts';

/** The calls of one booking that may be there: the one that asked for it, and what followed. */
interface Story {
  readonly claim: Call;
  readonly bookingId: string;
  readonly confirm: Call | null;
  readonly cancel: Call | null;
  /** The hold that was to take its place. */
  readonly replacement: Call | null;
  readonly change: Call | null;
  /** By whom it was offered to. */
  readonly accept: Call | null;
}

/** A story for each booking that may be there. Claims that certainly took nothing have none. */
function storiesOf(calls: readonly Call[]): readonly Story[] {
  const callsOf = (wanted: Call['type']) =>
    new Map(calls.filter(({ type }) => type === wanted).map((call) => [call.bookingId, call]));
  const [confirms, cancels] = [callsOf('confirm'), callsOf('cancel')];
  const [changes, accepts] = [callsOf('changeQuantity'), callsOf('accept')];
  const replacements = new Map(calls.map((call) => [call.replaces, call]));
  return calls.flatMap((claim) => {
    const { type, bookingId } = claim;
    if ((type !== 'book' && type !== 'reserve') || bookingId === null) return [];
    const confirm = confirms.get(bookingId) ?? null;
    const cancel = cancels.get(bookingId) ?? null;
    const replacement = replacements.get(bookingId) ?? null;
    const change = changes.get(bookingId) ?? null;
    const accept = accepts.get(bookingId) ?? null;
    return [{ claim, bookingId, confirm, cancel, replacement, change, accept }];
  });
}

/**
 * What the callers may rely on, for the comparison with the database (H1, H2). A booking that is
 * not named here was never told of, and nobody was left in doubt about it.
 */
export function toldBy(calls: readonly Call[]): readonly Told[] {
  return storiesOf(calls).map((story) => ({
    bookingId: story.bookingId,
    userId: lastOf(story.claim, story.accept).userId,
    quantity: lastOf(story.claim, story.change).quantity,
    is: endOf(story),
  }));
}

/** The claim, or what was accepted after it. */
function lastOf(claim: Call, later: Call | null): Call {
  return later?.result.status === 'accepted' ? later : claim;
}

function endOf(story: Story): Told['is'] {
  const { confirm, cancel, replacement, change, accept } = story;
  const { result } = story.claim;
  if (cancel !== null && isCancelled(cancel)) return 'cancelled';
  // It may have been done, though nobody was told so.
  const later = [confirm, cancel, replacement, change, accept];
  if (later.some((call) => call !== null && isDoubtful(call))) return 'unsure';
  if (confirm?.result.status === 'accepted') return 'confirmed';
  if (replacement !== null && hasReplaced(replacement)) return 'replaced';
  if (result.status === 'refused') return 'refused';
  return result.status === 'accepted' ? result.booking : 'unsure';
}

function isCancelled({ result }: Call): boolean {
  return result.status === 'accepted' && result.booking === 'cancelled';
}

/** The answer to one that was sent again may show that it took the place, and has lapsed since. */
function hasReplaced(replacement: Call): boolean {
  return replacement.result.status === 'accepted' || isExpired(replacement);
}

/** A hold that had lapsed before it was cancelled takes no seats either. */
function hasEnded(cancel: Call): boolean {
  return isCancelled(cancel) || isExpired(cancel);
}

/** When seats may have been taken, and who was refused them. */
export function seatsOver(calls: readonly Call[]): {
  readonly refusals: readonly Call[];
  readonly occupations: readonly Occupation[];
} {
  const occupations = storiesOf(calls).map(({ claim, cancel }) => ({
    eventId: claim.eventId,
    quantity: claim.quantity,
    fromMs: claim.sentAtMs,
    untilMs: cancel !== null && hasEnded(cancel) ? cancel.answeredAtMs : Infinity,
  }));
  return { refusals: calls.filter(isSoldOut), occupations };
}

/** How many orders were acknowledged: ids that stand for bookings of more than one event. */
export function countOrders(calls: readonly Call[]): number {
  const byId = Map.groupBy(calls.filter(isAcknowledged), ({ bookingId }) => bookingId);
  return [...byId.values()].filter((lines) => new Set(lines.map(eventIdOf)).size > 1).length;
}

function eventIdOf({ eventId }: Call): string {
  return eventId;
}
