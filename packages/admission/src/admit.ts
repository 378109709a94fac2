import { type Ask, keysOf, membersOf } from './keys.ts';
import { listOf, numbersOf, textOf } from './reply.ts';
import { readScript, runScript } from './script.ts';
import type { Site } from './site.ts';

/**
 * `admitted`: go to PostgreSQL now. `sold_out`: PostgreSQL had too few seats, at a moment within this
 * call. `undecided`: PostgreSQL must say.
 */
export type Verdict = 'admitted' | 'sold_out' | 'undecided';

/** What Redis says about the asks of one event. */
export interface Admitted {
  /** One an ask, in their order. */
  readonly verdicts: readonly Verdict[];
  /** Redis' time. What is read from PostgreSQL after this call may be settled as of this. */
  readonly asOfMs: number;
  /** Seats free in PostgreSQL when it was last read; `null`: the event is cold. */
  readonly base: number | null;
  /** The most seats of one booking; `null`: the event is cold. */
  readonly limit: number | null;
  /**
   * For so long, counted from before this call was sent, the caller may refuse a quantity above
   * `base` (and within `limit`) from memory. 0 where this call refused nothing, or a fence is live.
   * Never more than `noRepeatMs`.
   */
  readonly noForMs: number;
  /** A fence's command must not commit before so long after this answer: others repeat a no until then. */
  readonly waitMs: number;
}

const admitScript = readScript('admit-2');

const verdictOf: Readonly<Record<string, Verdict>> = {
  a: 'admitted',
  s: 'sold_out',
  u: 'undecided',
};

/**
 * Asks for these commands of one event, in the order in which they came; lua/admit-2.lua has every
 * outcome. A repetition (the same lease ids) counts once.
 *
 * @throws RangeError for more than `askCountMax` asks, or an id or quantity out of bounds.
 */
export function admit(
  { redis, prefix, limits }: Site,
  eventId: string,
  asks: readonly Ask[],
): () => Promise<Admitted> {
  const keys = keysOf(prefix, eventId);
  const args = [
    limits.leaseDurationMs,
    limits.noRepeatMs,
    limits.noDurationMaxMs,
    limits.leaseCountMax,
    limits.lapsedCountMax,
    limits.keyDurationMs,
    ...membersOf(asks, limits.askCountMax),
  ];
  return async () => toAdmitted(await runScript(redis, admitScript, { keys, args }));
}

function toAdmitted(reply: unknown): Admitted {
  const [letters, ...numbers] = listOf(reply);
  const [asOfMs = 0, base = -1, limit = -1, noForMs = 0, waitMs = 0] = numbersOf(numbers);
  const isCold = base < 0;
  return {
    verdicts: Array.from(textOf(letters), (letter) => verdictOf[letter] ?? 'undecided'),
    asOfMs,
    base: isCold ? null : base,
    limit: isCold ? null : limit,
    noForMs,
    waitMs,
  };
}

/** The same answer from a Redis whose noes cannot be relied on: PostgreSQL must say. */
export function withoutRefusals(admitted: Admitted): Admitted {
  const verdicts = admitted.verdicts.map((verdict) =>
    verdict === 'sold_out' ? 'undecided' : verdict,
  );
  return { ...admitted, verdicts, noForMs: 0 };
}
