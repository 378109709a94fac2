import type { RedisConnection } from './connect-redis.ts';
import type { AdmissionLimits } from './limits.ts';

/** Where admission keeps its state, and within which bounds. */
export interface Site {
  readonly redis: RedisConnection;
  /** Begins every key. */
  readonly prefix: string;
  readonly limits: AdmissionLimits;
}
