import {
  type Admission,
  connectRedis,
  expectFit,
  type Health,
  openAdmission,
  type RedisConnection,
  RedisUnfit,
  requirePrefix,
  watchFitness,
} from '@holdfast/redis';
import { type Logger, type Outage, watchOutage } from '@holdfast/process';
import type { RedisMetrics } from '../metrics/redis-metrics.ts';

export interface RedisSettings {
  readonly url: string;
  readonly prefix: string;
}

interface WatchedParts {
  readonly metrics: RedisMetrics;
  readonly logger: Logger;
  /** A call takes no longer, and never longer than 150 ms. */
  readonly callTimeoutMs: number;
  /** Which database this process works on. */
  readonly identify: () => Promise<string>;
}

const callTimeoutMaxMs = 150;

/**
 * Admission on this Redis, with its health, its eviction policy and its prefix watched: two log lines
 * for each, and a gauge for the first two. Redis may be away, now or later. `close` ends the watching as well.
 *
 * @throws RedisUnfit, with the fix, where Redis is there, and evicts or is another deployment's
 * @example const admission = await openWatchedAdmission(parts, { url, prefix: 'holdfast' })
 */
export async function openWatchedAdmission(
  parts: WatchedParts,
  { url, prefix }: RedisSettings,
): Promise<Admission> {
  const { metrics, logger, callTimeoutMs, identify } = parts;
  requirePrefix(prefix);
  const redis = connectRedis(url, 'admission');
  const outage = watchOutage(logger, 'Admission (Redis)');
  const timeoutMs = Math.min(callTimeoutMaxMs, callTimeoutMs);
  const admission = openAdmission({
    redis,
    prefix,
    timeoutMs,
    onHealth: watchHealth(parts, outage),
  });
  const state = await begin(redis, { url, prefix, outage, identify });
  metrics.setUp(state === 'there');
  // The breaker speaks up when it opens; it has not met a Redis that comes before the first call.
  redis.on('ready', () => {
    metrics.setUp(admission.health === 'closed');
    if (admission.health === 'closed') outage.over();
  });
  const watch = watchFitness(redis, {
    prefix,
    identify,
    log: logger,
    onEvicts: (evicts) => metrics.setEvicts(evicts),
  });
  logger.info(
    { redis: state },
    'admission is on: Redis is asked before PostgreSQL where seats are scarce',
  );
  return {
    ...admission,
    get health() {
      return admission.health;
    },
    close() {
      watch.close();
      return admission.close();
    },
  };
}

interface Beginning {
  readonly url: string;
  readonly prefix: string;
  readonly outage: Outage;
  readonly identify: () => Promise<string>;
}

/** Refuses a Redis that evicts, or whose prefix is taken. One that is away is looked at as soon as it is there. */
async function begin(
  redis: RedisConnection,
  { url, outage, ...deployment }: Beginning,
): Promise<'there' | 'away'> {
  try {
    await expectFit(redis, url, deployment);
    return 'there';
  } catch (error) {
    if (!(error instanceof RedisUnfit)) {
      outage.note(error);
      return 'away';
    }
    redis.disconnect();
    throw error;
  }
}

/** Two log lines an outage, and the gauge. */
function watchHealth({ metrics }: WatchedParts, outage: Outage) {
  return (health: Health, error: unknown) => {
    metrics.setUp(health === 'closed');
    if (health === 'closed') outage.over();
    else outage.note(error);
  };
}
