import { requireFence, standingKeyOf } from './keys.ts';
import { numbersOf } from './reply.ts';
import { readScript, runScript } from './script.ts';
import type { Site } from './site.ts';

/** What a refusal may rest on, as Redis says. */
export interface Heard {
  /** Redis' time. What is read from PostgreSQL after this answer may be settled as of this. */
  readonly asOfMs: number;
  /** Seats free in PostgreSQL when it was last read; `null`: nothing is known. */
  readonly free: number | null;
  /** The most seats of one booking; `null`: nothing is known. */
  readonly limit: number | null;
  /**
   * - `certain`: a claim of more than `free` seats, and no more than `limit`, is sold out at this moment;
   * - `expired`: so it was, but PostgreSQL said so too long ago;
   * - `unknown`: nothing can be told.
   */
  readonly certainty: 'certain' | 'expired' | 'unknown';
}

const askScript = readScript('ask-1');

/**
 * Asks what is certain of an event, and raises this fence in the same moment; lua/ask-1.lua has every
 * outcome. A repetition with the same fence changes nothing.
 *
 * @throws RangeError for what is no event id, or a fence that is no id.
 */
export function ask(
  { redis, prefix, limits }: Site,
  eventId: string,
  fence: string | null,
): () => Promise<Heard> {
  const keys = [standingKeyOf(prefix, eventId)];
  const raised = fence === null ? '' : requireFence(fence);
  const { refusalDurationMaxMs, emptyDurationMs, fenceDurationMs, fenceCountMax } = limits;
  const args = [refusalDurationMaxMs, emptyDurationMs, raised, fenceDurationMs, fenceCountMax];
  return async () => toHeard(await runScript(redis, askScript, { keys, args }));
}

function toHeard(reply: unknown): Heard {
  const [asOfMs = 0, free = -1, limit = -1, certainty = -1] = numbersOf(reply);
  return {
    asOfMs,
    free: free < 0 ? null : free,
    limit: limit < 0 ? null : limit,
    certainty: certainty < 0 ? 'unknown' : certainty > 0 ? 'certain' : 'expired',
  };
}
