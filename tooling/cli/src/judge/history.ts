import { type Call, isSoldOut } from '../load/call.ts';
import type { Told } from './evidence.ts';
import type { Occupation } from './false-sold-out.ts';

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
  return calls.flatMap((claim) => {
    const { type, bookingId } = claim;
    if (type === 'cancel' || bookingId === null) return [];
    return [{ claim, bookingId, cancel: cancels.get(bookingId) ?? null }];
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

function endOf({ result }: Call, cancel: Call | null): Told['is'] {
  if (cancel !== null && isCancelled(cancel)) return 'cancelled';
  // It may have been cancelled, though nobody was told so.
  if (cancel !== null && isInDoubt(cancel)) return 'unsure';
  if (result.status === 'refused') return 'refused';
  return result.status === 'accepted' ? result.booking : 'unsure';
}

function isCancelled({ result }: Call): boolean {
  return result.status === 'accepted' && result.booking === 'cancelled';
}

function isInDoubt({ result }: Call): boolean {
  return result.status === 'unknown' || (result.status === 'unanswered' && result.isInDoubt);
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
    untilMs: cancel !== null && isCancelled(cancel) ? cancel.answeredAtMs : Infinity,
  }));
  return { refusals: calls.filter(isSoldOut), occupations };
}
