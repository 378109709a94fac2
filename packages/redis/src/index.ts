/**
 * What is kept in Redis: how events stand, so that the crowd is refused without PostgreSQL, and the
 * keys of the cache.
 *
 * PostgreSQL grants; this may only refuse, and only what PostgreSQL itself would have refused at
 * some moment of the call. Start with `openAdmission`; lua/ask-1.lua and settle-1.lua have the rules.
 */
export {
  type Admission,
  type AdmissionOptions,
  openAdmission,
} from './admission.ts';
export type { Heard } from './ask.ts';
export { type Breaker, type Health, openBreaker } from './breaker.ts';
export { type CacheKeys, cacheKeysOf } from './cache-keys.ts';
export { claimedBy } from './claimed-by.ts';
export { connectRedis, type RedisConnection, type RedisPurpose } from './connect-redis.ts';
export {
  type EvictionWatch,
  expectNoEviction,
  readEvictionPolicy,
  watchEvictionPolicy,
} from './eviction-policy.ts';
export {
  type Deployment,
  type DeploymentWatch,
  expectOwnPrefix,
  watchDeployment,
} from './deployment.ts';
export { AdmissionUnavailable, PrefixTaken, RedisEvicts, RedisUnfit } from './faults.ts';
export { expectFit, type FitnessWatch, watchFitness } from './fitness.ts';
export type { KnownStanding } from './inspect.ts';
export { requirePrefix, standingKeyOf } from './keys.ts';
export { type AdmissionLimits, admissionLimits } from './limits.ts';
export type { Settled, Settlement } from './settle.ts';
export { within } from './within.ts';
export { waitUntilReady } from './wait-until-ready.ts';
