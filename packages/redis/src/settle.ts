import type { Standing } from '@holdfast/domain';
import { requireFence, standingKeyOf } from './keys.ts';
import { numbersOf } from './reply.ts';
import { readScript, runScript } from './script.ts';
import type { Site } from './site.ts';

/** What a commit or a read of PostgreSQL saw. */
export interface Settlement {
  readonly standing: Standing;
  /**
   * Redis' time, as an earlier call answered it, from before PostgreSQL was asked. A settlement that
   * comes late, or twice, is then harmless: what it says has run out.
   */
  readonly asOfMs: number;
  /** The fence of the commands that this answers; `null`: they had none. */
  readonly fence: string | null;
}

/** What Redis found when it was told. */
export interface Settled {
  /** By how many seats it was off, where it knew the same version. 0 is right. */
  readonly drift: number;
}

const settleScript = readScript('settle-1');

/**
 * Sets how an event stands, unless something newer is known, and lowers a fence;
 * lua/settle-1.lua has every outcome. A repetition changes nothing.
 *
 * @throws RangeError for what is out of bounds.
 */
export function settle(
  { redis, prefix, limits }: Site,
  eventId: string,
  { standing, asOfMs, fence }: Settlement,
): () => Promise<Settled> {
  const keys = [standingKeyOf(prefix, eventId)];
  const { version, availableSeats, quantityPerBookingMax, refusableForMs } = standing;
  const refusalForMs = Math.floor(Math.min(refusableForMs, limits.refusalDurationMaxMs));
  const numbers = [version, availableSeats, quantityPerBookingMax, asOfMs, refusalForMs];
  if (!numbers.every((number) => Number.isSafeInteger(number) && number >= 0)) {
    throw new RangeError('A standing is made of whole numbers that are not negative.');
  }
  const lowered = fence === null ? '' : requireFence(fence);
  const args = [limits.keyDurationMs, ...numbers, lowered, limits.fenceDurationMs];
  return async () => {
    const [drift = 0] = numbersOf(await runScript(redis, settleScript, { keys, args }));
    return { drift };
  };
}
