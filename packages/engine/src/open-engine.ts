import type { Admission } from '@holdfast/redis';
import { createKnownEvents, type Database, type KnownEvents, readIdentity } from '@holdfast/data';
import type { Logger } from '@holdfast/process';
import type { Registry } from 'prom-client';
import { type Lanes, openLanes } from './lane/lanes.ts';
import { meterAdmission } from './lane/metered-admission.ts';
import { openWatchedAdmission, type RedisSettings } from './lane/open-admission.ts';
import type { EngineLimits } from './limits.ts';
import { openReads, type Reads } from './reads/open-reads.ts';
import type { BoundMetrics } from './metrics/bound-metrics.ts';
import type { RedisNow } from './sale/sale-update.ts';
import { createEngineMetrics, type EngineMetrics } from './metrics/metrics.ts';

/** What an engine works with. */
export interface EngineParts {
  readonly database: Database;
  readonly limits: EngineLimits;
  readonly registry: Registry;
  readonly logger: Logger;
}

/** Where commands go in, and where what is shown comes from, in one process. */
export interface Engine {
  readonly database: Database;
  /** What this process knows of events, and of PostgreSQL's time, without asking. */
  readonly known: KnownEvents;
  readonly lanes: Lanes;
  readonly reads: Reads;
  /** What callers met who asked for too much. */
  readonly bounds: BoundMetrics;
  /** Ends when all that went in is out. The database stays open. */
  close(): Promise<void>;
}

/** A call of Redis may take this part of a command's time, at most. */
const redisTimeShare = 0.1;

/**
 * The engine on this Redis, which may be away, now or later; or without any (`null`).
 *
 * @throws RedisUnfit, with the fix, where Redis is there, and evicts or is another deployment's
 * @example const { lanes, reads, close } = await openEngine(parts, null)
 */
export async function openEngine(
  { database, limits, registry, logger }: EngineParts,
  redis: RedisSettings | null,
): Promise<Engine> {
  const metrics = createEngineMetrics(registry);
  const admission =
    redis && (await openAdmissionOf({ database, limits, registry, logger }, metrics, redis));
  if (redis === null) logger.info('REDIS_URL is not set: every command goes to PostgreSQL');
  const known = createKnownEvents();
  const reads = openReads({
    database,
    redis,
    limits,
    logger,
    metrics,
    redisNow: () => redisNowOf(admission),
  });
  const lanes = openLanes({
    database,
    known,
    admission: admission && meterAdmission(admission, { metrics: metrics.redis, logger }),
    limits,
    metrics,
    onVersion: (eventId, version) => reads.events.hear([{ eventId, version }]),
  });
  return {
    database,
    known,
    lanes,
    reads,
    bounds: metrics.bounds,
    async close() {
      await lanes.idle();
      await admission?.close();
      await reads.close();
    },
  };
}

function redisNowOf(admission: Admission | null): RedisNow {
  if (admission === null) return 'none';
  return admission.health === 'closed' ? 'up' : 'away';
}

function openAdmissionOf(
  { database, limits, logger }: EngineParts,
  metrics: EngineMetrics,
  redis: RedisSettings,
): Promise<Admission> {
  const callTimeoutMs = Math.ceil(limits.commandTimeoutMs * redisTimeShare);
  const identify = () => readIdentity(database);
  return openWatchedAdmission({ metrics: metrics.redis, logger, callTimeoutMs, identify }, redis);
}
