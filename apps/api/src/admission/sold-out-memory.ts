import { type Admitted, admissionLimits } from '@holdfast/admission';

/** A certain no, as Redis said it: more seats than `base`, within `limit`, until a moment. */
export interface SoldOut {
  readonly base: number;
  readonly limit: number;
  /** By `performance.now()`. */
  readonly untilMs: number;
}

/** Redis counts whole milliseconds. */
const clockGrainMs = 1;

/**
 * What may be remembered of an answer that was asked for at `sentAtMs`: only a no that it gave, and
 * counted from when it was asked for, since Redis counts from later. `null`: it gave none.
 *
 * @example soldOutFrom(admitted, performance.now() - 2) // { base: 0, limit: 10, untilMs: … }
 */
export function soldOutFrom(admitted: Admitted, sentAtMs: number): SoldOut | null {
  const { verdicts, base, limit, noForMs } = admitted;
  if (base === null || limit === null || !verdicts.includes('sold_out')) return null;
  const durationMs = Math.min(admissionLimits.noRepeatMs, noForMs) - clockGrainMs;
  return { base, limit, untilMs: sentAtMs + durationMs };
}

/** What this process may repeat without asking Redis again. */
export interface SoldOutMemory {
  remember(eventId: string, soldOut: SoldOut): void;
  /** Is it certain, at `nowMs`, that nobody can get so many seats of this event? */
  refuses(eventId: string, quantity: number, nowMs: number): boolean;
  forget(eventId: string): void;
}

/**
 * Keeps one no an event, of `eventCountMax` events: the one that was not renewed for the longest
 * time goes first. Whoever remembers answers for `untilMs`.
 *
 * @example
 * const memory = createSoldOutMemory({ eventCountMax: 1_000 });
 * memory.remember(eventId, { base: 0, limit: 10, untilMs: performance.now() + 50 });
 * memory.refuses(eventId, 2, performance.now()); // true
 */
export function createSoldOutMemory({
  eventCountMax,
}: {
  readonly eventCountMax: number;
}): SoldOutMemory {
  const byEvent = new Map<string, SoldOut>();
  return {
    remember(eventId, soldOut) {
      byEvent.delete(eventId);
      byEvent.set(eventId, soldOut);
      if (byEvent.size <= eventCountMax) return;
      const [oldest] = byEvent.keys();
      if (oldest !== undefined) byEvent.delete(oldest);
    },
    refuses(eventId, quantity, nowMs) {
      const soldOut = byEvent.get(eventId);
      if (soldOut === undefined) return false;
      if (nowMs < soldOut.untilMs) return quantity > soldOut.base && quantity <= soldOut.limit;
      byEvent.delete(eventId);
      return false;
    },
    forget(eventId) {
      byEvent.delete(eventId);
    },
  };
}
