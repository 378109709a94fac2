/**
 * The early yes or no from Redis, which keeps the crowd off PostgreSQL.
 *
 * PostgreSQL grants; this may only refuse, and only what PostgreSQL itself would have refused at
 * some moment of the call. Start with `openAdmission`; lua/admit-2.lua has the rules.
 */
export {
  type Admission,
  type AdmissionOptions,
  openAdmission,
} from './admission.ts';
export type { Admitted, Verdict } from './admit.ts';
export type { Health } from './breaker.ts';
export { type CacheKeys, cacheKeysOf } from './cache-keys.ts';
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
export type { AdmissionState } from './inspect.ts';
export type { Ask } from './keys.ts';
export { type AdmissionLimits, admissionLimits } from './limits.ts';
export type { Settled, Settlement } from './settle.ts';
export { within } from './within.ts';
export { waitUntilReady } from './wait-until-ready.ts';
