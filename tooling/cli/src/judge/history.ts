import type { Told } from '../evidence.ts';
import { type Call, isAcknowledged, mayHaveTaken } from './call.ts';
import type { Occupation, RefusedAsk } from './false-sold-out.ts';

/** The calls of one booking that may be there: the one that asked for it, and its cancellation. */
interface Story {
  readonly claim: Call;
  readonly bookingId: string;
  readonly cancel: Call | null;
}

/** A story for each booking that may be there. Claims that certainly took nothing have none. */
function storiesOf(calls: readonly Call[]): readonly Story[] {
  const cancels = new Map(
    calls.filter(({ type }) => type === 'cancel').map((call) => [call.bookingId, call]),
  );
  return calls.filter(mayHaveTaken).map((claim) => {
    if (claim.bookingId === null) throw new Error('A booking that may be there has no id.');
    const cancel = cancels.get(claim.bookingId) ?? null;
    return { claim, bookingId: claim.bookingId, cancel };
  });
}

/**
 * What the callers may rely on, for the comparison with the database (H1, H2). A booking that is
 * not named here was never told of, and nobody was left in doubt about it.
 */
export function toldBy(calls: readonly Call[]): readonly Told[] {
  return storiesOf(calls).map(({ claim, bookingId, cancel }) => ({
    bookingId,
    userId: claim.userId,
    is: endOf(claim, cancel),
  }));
}

function endOf(claim: Call, cancel: Call | null): Told['is'] {
  if (cancel !== null && isCancelled(cancel)) return 'cancelled';
  // It may have been cancelled, though nobody was told so.
  if (cancel !== null && isInDoubt(cancel)) return 'unsure';
  if (claim.result.status !== 'accepted') return 'unsure';
  return claim.result.booking === 'held' ? 'held' : 'confirmed';
}

function isCancelled({ result }: Call): boolean {
  return result.status === 'accepted' && result.booking === 'cancelled';
}

function isInDoubt({ result }: Call): boolean {
  return result.status === 'unknown' || (result.status === 'unanswered' && result.isInDoubt);
}

/** When seats may have been taken, and who was refused them. */
export function seatsOver(calls: readonly Call[]): {
  readonly refusals: readonly RefusedAsk[];
  readonly occupations: readonly Occupation[];
} {
  const refusals = calls.filter(
    ({ result }) => result.status === 'refused' && result.reason === 'sold_out',
  );
  const occupations = storiesOf(calls).map(({ claim, cancel }) => ({
    eventId: claim.eventId,
    quantity: claim.quantity,
    fromMs: claim.sentAtMs,
    untilMs: cancel !== null && isCancelled(cancel) ? cancel.answeredAtMs : Infinity,
  }));
  return { refusals, occupations };
}

/** How many were told in this stretch of time that they have a booking. */
export function acknowledgedIn(calls: readonly Call[], fromMs: number, toMs: number): number {
  return calls.filter(
    (call) => isAcknowledged(call) && call.answeredAtMs >= fromMs && call.answeredAtMs < toMs,
  ).length;
}
