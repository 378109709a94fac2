import { setTimeout as sleep } from 'node:timers/promises';
import type { KnownStanding } from '@holdfast/redis';
import { findEvent } from '@holdfast/data';
import type { Target } from '../load/target.ts';
import { withAdmission } from '../servers/with-admission.ts';
import { withDatabase } from '../servers/database.ts';

/** What Redis and PostgreSQL say of an event. */
interface TwoViews {
  /** `null`: Redis knows nothing of the event, so nothing that could be wrong. */
  readonly admission: Pick<KnownStanding, 'free'> | null;
  readonly availableSeats: number;
}

/** After a load, settling the last commits may take so long. */
const restMs = 1_000;
const lookEveryMs = 50;

/**
 * By how many seats Redis' account of an event is wrong when nothing happens any more.
 *
 * @example driftOf({ admission: { free: 3 }, availableSeats: 5 }) // 2
 */
export function driftOf({ admission, availableSeats }: TwoViews): number {
  if (admission === null) return 0;
  return Math.abs(admission.free - availableSeats);
}

/**
 * The drift of an event at rest, in seats; it gets 1 s to come to rest. `null` where there is no
 * Redis, or it is not ours to look into.
 */
export async function readDrift(target: Target, eventId: string): Promise<number | null> {
  const { inside, databaseUrl: url } = target;
  if (!inside?.redisUrl) return null;
  const { redisUrl, redisPrefix: prefix } = inside;
  return await withAdmission({ redisUrl, prefix }, (admission) =>
    withDatabase({ url }, async (database) => {
      const deadline = performance.now() + restMs;
      for (;;) {
        const state = (await admission.inspect([eventId])).get(eventId) ?? null;
        const availableSeats = (await findEvent(database, eventId))?.capacity.available;
        if (availableSeats === undefined) throw new Error('The event is not in the database.');
        const drift = driftOf({ admission: state, availableSeats });
        if (drift === 0 || performance.now() > deadline) return drift;
        await sleep(lookEveryMs);
      }
    }),
  );
}
