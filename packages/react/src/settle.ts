import type { Fault } from '@holdfast/client';

/** The part of an answer that says whether it is one. */
export interface AnyAnswer {
  readonly status: string;
}

/** Nobody knows what became of the command. */
export interface AnyDoubt {
  readonly status: 'unknown';
  readonly retryAfterMs: number;
  readonly bookingId?: string;
  readonly eventId?: string;
}

export interface SettleOptions {
  /** Waits; rejects where nobody wants the answer any longer. */
  readonly sleep: (durationMs: number) => Promise<void>;
  /** It is in doubt, and asked again. */
  readonly onDoubt: () => void;
}

/** The first waits are what the server asks for; later ones grow up to this. */
const waitMsMax = 30_000;
/** Some twenty minutes of waiting. Then the doubt is the answer, and the caller may ask again. */
export const settleCountMax = 50;

/**
 * Sends a command until its fate is known: each time with the ids of the first, so that it has one effect in all.
 *
 * @param send the command, under the ids of the doubt before (`null` the first time)
 * @returns the answer; the last doubt after `settleCountMax` further attempts
 * @throws what `send` throws: then nothing was done by that attempt, though an earlier one may have acted. A thrown
 *   fault after a doubt is therefore waited out, too, as one more doubt
 * @example
 * await settle((doubt) => booking.reserve({ eventId, quantity: 2, bookingId: doubt?.bookingId }), options);
 */
export async function settle<Answer extends AnyAnswer>(
  send: (doubt: AnyDoubt | null) => Promise<Answer>,
  { sleep, onDoubt }: SettleOptions,
): Promise<Answer> {
  let answer = await send(null);
  let doubt = doubtIn(answer);
  for (let count = 0; doubt !== null && count < settleCountMax; count += 1) {
    onDoubt();
    await sleep(Math.min(waitMsMax, doubt.retryAfterMs * 2 ** Math.min(count, 6)));
    answer = await send(doubt).catch((error: unknown) => stillInDoubt(answer, error));
    doubt = doubtIn(answer);
  }
  return answer;
}

/** What an attempt after a doubt throws says nothing of the attempts before. */
function stillInDoubt<Answer>(doubt: Answer, error: unknown): Answer {
  if (isWaitable(error)) return doubt;
  throw error;
}

/** Faults that waiting may fix. Of any other the caller has to hear: only they can do something. */
const waitable: ReadonlySet<unknown> = new Set<Fault>([
  'overloaded',
  'contended',
  'database_unavailable',
  'keys_unavailable',
  'draining',
  'deadline_exceeded',
  'internal',
  'unreachable',
  'network',
  'attempt_timeout',
  'bad_gateway',
  'rate_limited',
]);

function isWaitable(error: unknown): boolean {
  return error instanceof Error && 'fault' in error && waitable.has(error.fault);
}

function doubtIn(answer: AnyAnswer): AnyDoubt | null {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each answer of that status is a doubt.
  return answer.status === 'unknown' ? (answer as AnyDoubt) : null;
}
