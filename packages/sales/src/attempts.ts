import { CommitContended, DatabaseUnavailable } from '@holdfast/data/faults';
import { InDoubt } from './attempt.ts';
import type { Decided } from './decide-sales.ts';
import { faultOf, type Guards } from './faults.ts';

/** What came of a bounded number of attempts. */
export interface Ended {
  /** Of the attempt that ended well. Null: none did, and an earlier one is in doubt. */
  readonly decided: readonly Decided[] | null;
  /** What was decided in each attempt whose connection broke at the commit: it may be written or not. */
  readonly doubts: readonly (readonly Decided[])[];
}

const attemptCountMax = 4;

/** No attempt begins later than this after the first. */
const attemptsDurationMaxMs = 5_000;

/** The pause before attempt n + 1 is random, and at most n times this. */
const pauseStepMs = 25;

const guardLost = new Error('The guard was lost.');

/**
 * Attempts until one ends well, so many times and for so long at most.
 *
 * Throws, with nothing in doubt, DatabaseUnavailable and CommitContended, and else what is one command's
 * doing: a further column that its table refuses.
 *
 * @example
 * const { decided, doubts } = await attemptUntilEnded(guards, async () => await attemptLocked(writer, work));
 */
export async function attemptUntilEnded(
  guards: Guards,
  attemptOnce: (attempt: number) => Promise<readonly Decided[] | null>,
): Promise<Ended> {
  const startedAtMs = performance.now();
  const doubts: (readonly Decided[])[] = [];
  let lastError: unknown = guardLost;
  for (let attempt = 1; attempt <= attemptCountMax; attempt += 1) {
    if (performance.now() - startedAtMs > attemptsDurationMaxMs) break;
    try {
      const decided = await attemptOnce(attempt);
      if (decided !== null) return { decided, doubts };
      lastError = guardLost;
    } catch (error) {
      if (error instanceof InDoubt) doubts.push(error.decided);
      else if (faultOf(guards, error) === 'bug' && doubts.length === 0) throw error;
      lastError = error;
    }
    if (attempt < attemptCountMax) await pauseAfter(attempt);
  }
  if (doubts.length > 0) return { decided: null, doubts };
  throw faultToTell(guards, lastError);
}

function faultToTell(guards: Guards, error: unknown): Error {
  const kind = faultOf(guards, error);
  return kind === 'broken' || kind === 'failing'
    ? new DatabaseUnavailable(error)
    : new CommitContended(error);
}

function pauseAfter(attempt: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * attempt * pauseStepMs));
}
