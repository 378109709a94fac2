import { keysOf, requireCount } from './keys.ts';
import { listOf, numbersOf } from './reply.ts';
import { readScript, runScript } from './script.ts';
import type { Site } from './site.ts';

/** What Redis knows of an event, as of `asOfMs`, Redis' time. */
export interface AdmissionState {
  readonly asOfMs: number;
  readonly version: number;
  /** Seats free in PostgreSQL at that version. */
  readonly base: number;
  /** The most seats of one booking. */
  readonly limit: number;
  /** Until when a no may rest on `base`, in Redis' time. */
  readonly untilMs: number;
  /** The running sum of the leases' seats. It includes what lapsed since the last call. */
  readonly leased: number;
  /** Live leases, without fences. */
  readonly leaseCount: number;
  readonly fenceCount: number;
  /** The live leases' seats, added up now: `leased`, unless something is wrong or has just lapsed. */
  readonly leasedSeats: number;
}

const inspectScript = readScript('inspect-2');

/**
 * Looks at one event and changes nothing. `null` while it is cold.
 *
 * @throws RangeError for what is no event id.
 */
export function inspectEvent(
  { redis, prefix }: Site,
  eventId: string,
): () => Promise<AdmissionState | null> {
  const keys = keysOf(prefix, eventId);
  return async () => toState(await runScript(redis, inspectScript, { keys, args: [] }));
}

/** @throws RangeError for more than `eventCountMax` events. */
export function requireEventCount({ limits }: Site, eventIds: readonly string[]): void {
  requireCount(eventIds, limits.eventCountMax);
}

function toState(reply: unknown): AdmissionState | null {
  const [known, live] = listOf(reply);
  if (known === undefined) return null;
  return { ...toKnown(numbersOf(known)), ...toCounts(numbersOf(live)) };
}

function toKnown([asOfMs = 0, version = 0, base = 0, ...rest]: readonly number[]) {
  const [limit = 0, untilMs = 0, leased = 0] = rest;
  return { asOfMs, version, base, limit, untilMs, leased };
}

function toCounts([leaseCount = 0, fenceCount = 0, leasedSeats = 0]: readonly number[]) {
  return { leaseCount, fenceCount, leasedSeats };
}
