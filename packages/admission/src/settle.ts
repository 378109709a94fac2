import type { Standing } from '@holdfast/domain';
import { type Ask, keysOf, membersOf } from './keys.ts';
import { numbersOf } from './reply.ts';
import { readScript, runScript } from './script.ts';
import type { Site } from './site.ts';

/** What a commit or a reading saw, and whose commands it answers. */
export interface Settlement {
  readonly standing: Standing;
  /**
   * Redis' time, as an earlier call answered it, from before PostgreSQL was asked. A settlement that
   * comes late, or twice, is then harmless: what it says has run out.
   */
  readonly asOfMs: number;
  /** Leases and fences that are over. May be empty. */
  readonly leases: readonly Ask[];
}

/** What Redis knows after a settlement. */
export interface Settled {
  /** Seats free in PostgreSQL, by the newest version that was settled. */
  readonly base: number | null;
  /** `base` without what the live leases claim. Negative where they claim more than there is. */
  readonly free: number | null;
  /** By how much the stored base was off, where it was of the same version. 0 is right. */
  readonly drift: number;
  /**
   * How many of the fences that this dropped were live until now. Fewer than there should be: they
   * were lost, and a no may have been said behind their backs.
   */
  readonly fenceCount: number;
}

const settleScript = readScript('settle-2');

/**
 * Sets what is known of an event, unless something newer is known, and drops leases;
 * lua/settle-2.lua has every outcome. A repetition changes nothing.
 *
 * @throws RangeError for more than `askCountMax` leases, or anything out of bounds.
 */
export function settle(
  { redis, prefix, limits }: Site,
  eventId: string,
  { standing, asOfMs, leases }: Settlement,
): () => Promise<Settled> {
  const keys = keysOf(prefix, eventId);
  const { version, availableSeats, quantityPerBookingMax, refusableForMs } = standing;
  const noForMs = Math.floor(Math.min(refusableForMs, limits.noDurationMaxMs));
  const numbers = [version, availableSeats, quantityPerBookingMax, asOfMs, noForMs];
  if (!numbers.every((number) => Number.isSafeInteger(number) && number >= 0)) {
    throw new RangeError('A standing is made of whole numbers that are not negative.');
  }
  const members = membersOf(leases, limits.askCountMax);
  const args = [limits.lapsedCountMax, limits.keyDurationMs, ...numbers, ...members];
  return async () => {
    const reply = await runScript(redis, settleScript, { keys, args });
    const [base = null, free = null, drift = 0, fenceCount = 0] = numbersOf(reply);
    return { base, free, drift, fenceCount };
  };
}
