import {
  type Admission,
  connectRedis,
  expectNoEviction,
  expectOwnPrefix,
  type Health,
  openAdmission,
  type RedisConnection,
  RedisUnfit,
  watchDeployment,
  watchEvictionPolicy,
} from '@holdfast/admission';
import { type Logger, type Outage, watchOutage } from '@holdfast/process';
import type { AdmissionMetrics } from './admission-metrics.ts';

export interface RedisSettings {
  readonly url: string;
  readonly prefix: string;
}

interface WatchedParts {
  readonly metrics: AdmissionMetrics;
  readonly logger: Logger;
  /** A call takes no longer, and never longer than 150 ms. */
  readonly callTimeoutMs: number;
  /** Which database this process works on. */
  readonly identify: () => Promise<string>;
}

const callTimeoutMaxMs = 150;

/** Twice in the 5 s after which operators are to know of it. */
const policyCheckEveryMs = 2_000;

const mend = 'Set its maxmemory-policy to noeviction';

/**
 * Admission on this Redis, with its health, its eviction policy and its prefix watched: two log lines
 * for each, and a gauge for the first two. Redis may be away, now or later. `close` ends the watching as well.
 *
 * @throws RedisUnfit, with the mend, where Redis is there, and evicts or is another deployment's
 * @example const admission = await watchAdmission(parts, { url, prefix: 'holdfast' })
 */
export async function watchAdmission(
  parts: WatchedParts,
  { url, prefix }: RedisSettings,
): Promise<Admission> {
  const { metrics, logger, callTimeoutMs, identify } = parts;
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
  const watch = watchEvictionPolicy(redis, {
    everyMs: policyCheckEveryMs,
    onChange: alarmOf(parts),
  });
  const claim = watchDeployment(redis, {
    prefix,
    identify,
    onChange: tellOfPrefix(logger, prefix),
  });
  logger.info({ redis: state }, 'admission is on: first attempts ask Redis before PostgreSQL');
  return {
    ...admission,
    get health() {
      return admission.health;
    },
    close() {
      watch.close();
      claim.close();
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
    await expectNoEviction(redis, url);
    await expectOwnPrefix(redis, url, deployment);
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

/** Both were started while Redis was away, or it was emptied: neither could be refused. */
function tellOfPrefix(logger: Logger, prefix: string) {
  return (isTaken: boolean) => {
    if (isTaken) {
      logger.error({ prefix }, 'another deployment works under this prefix: set REDIS_PREFIX');
    } else logger.info({ prefix }, 'no other deployment works under this prefix any more');
  };
}

/** The alarm of a Redis whose policy was changed while this process lives. */
function alarmOf({ metrics, logger }: WatchedParts) {
  return ({ evicts, policy }: { readonly evicts: boolean; readonly policy: string }) => {
    metrics.setEvicts(evicts);
    if (evicts) logger.error({ policy }, `Redis may evict what admission keeps in it. ${mend}`);
    else logger.info({ policy }, 'Redis evicts nothing any more');
  };
}
