import { createKnownEvents, type Database, type KnownEvents } from '@holdfast/data';
import type { Logger } from '@holdfast/process';
import type { Registry } from 'prom-client';
import type { Entrance } from './admission/entrance.ts';
import { shareAmongUsers } from './admission/user-shares.ts';
import type { BoundMetrics } from './bound-metrics.ts';
import {
  type EntranceParts,
  type OpenEntrance,
  openAdmittedEntrance,
  openPlainEntrance,
} from './admission/open-entrance.ts';
import type { RedisSettings } from './admission/watch-admission.ts';
import type { Limits } from './limits.ts';
import { createApiMetrics } from './metrics.ts';
import { openReads, type Reads } from './reads/open-reads.ts';

export interface GroundParts {
  readonly database: Database;
  readonly limits: Limits;
  readonly registry: Registry;
  readonly logger: Logger;
}

/** What the procedures stand on: where commands go in, and where what is shown comes from. */
export interface Ground {
  /** What this process knows of events without asking. */
  readonly known: KnownEvents;
  readonly entrance: Entrance;
  readonly reads: Reads;
  /** What callers met who asked for too much. */
  readonly bounds: BoundMetrics;
  /** Ends both when all that went in is out. The database stays open. */
  close(): Promise<void>;
}

/**
 * The ground with this Redis, or without any: the one place where that makes a difference.
 *
 * @throws RedisUnfit, with the mend, where Redis is there, and evicts or is another deployment's
 * @example const { entrance, reads, close } = await openGround(parts, null)
 */
export async function openGround(
  { database, limits, registry, logger }: GroundParts,
  redis: RedisSettings | null,
): Promise<Ground> {
  const metrics = createApiMetrics(registry);
  const reads = openReads({ database, redis, limits, logger, metrics });
  const onVersion = (eventId: string, version: number) => reads.events.hear([{ eventId, version }]);
  const known = createKnownEvents();
  const parts = { database, known, limits, metrics, logger, onVersion };
  const opened = await openEntrance(parts, redis).catch(async (error: unknown) => {
    await reads.close();
    throw error;
  });
  const { commandCountPerUserMax } = limits;
  const { bounds } = metrics;
  const entrance = shareAmongUsers(opened.entrance, { commandCountPerUserMax, metrics: bounds });
  return {
    known,
    entrance,
    reads,
    bounds,
    async close() {
      await entrance.idle();
      await opened.close();
      await reads.close();
    },
  };
}

async function openEntrance(
  parts: EntranceParts,
  redis: RedisSettings | null,
): Promise<OpenEntrance> {
  return redis === null ? openPlainEntrance(parts) : await openAdmittedEntrance(parts, redis);
}
