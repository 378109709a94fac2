import type { RedisConnection } from './connect-redis.ts';
import { type Deployment, expectOwnPrefix, watchDeployment } from './deployment.ts';
import { expectNoEviction, watchEvictionPolicy } from './eviction-policy.ts';

/** Where alarms go: a pino logger, for one. */
export interface AlarmLog {
  error(facts: object, message: string): void;
  info(facts: object, message: string): void;
}

/** Whose Redis it has to be, and who is told when it is not fit any more. */
export interface FitnessOptions extends Deployment {
  readonly log: AlarmLog;
  /** Told when Redis may evict, and when that was fixed. */
  readonly onEvicts: (evicts: boolean) => void;
}

export interface FitnessWatch {
  close(): void;
}

/**
 * Makes sure that this Redis evicts nothing, and that no other deployment uses the prefix.
 *
 * @throws RedisUnfit, with the fix, where it is not so; AdmissionUnavailable where nobody can tell
 * @example await expectFit(redis, url, { prefix: 'holdfast', identify })
 */
export async function expectFit(
  redis: RedisConnection,
  url: string,
  deployment: Deployment,
): Promise<void> {
  await expectNoEviction(redis, url);
  await expectOwnPrefix(redis, url, deployment);
}

/**
 * Looks again and again whether this Redis is still fit: it may be changed, emptied or come back
 * while processes live. One alarm in the log when it is not, and one line when it is again.
 *
 * @example const watch = watchFitness(redis, { prefix, identify, log, onEvicts })
 */
export function watchFitness(redis: RedisConnection, options: FitnessOptions): FitnessWatch {
  const { log, prefix, identify, onEvicts } = options;
  const eviction = watchEvictionPolicy(redis, {
    onChange({ evicts, policy }) {
      onEvicts(evicts);
      if (evicts) {
        log.error({ policy }, 'Redis may evict what it must keep: set maxmemory-policy noeviction');
      } else log.info({ policy }, 'Redis evicts nothing any more');
    },
  });
  const claim = watchDeployment(redis, {
    prefix,
    identify,
    onChange(isTaken) {
      if (isTaken) {
        log.error({ prefix }, 'another deployment works under this prefix: set REDIS_PREFIX');
      } else log.info({ prefix }, 'no other deployment works under this prefix any more');
    },
  });
  return {
    close() {
      eviction.close();
      claim.close();
    },
  };
}
