/**
 * Redis could not be asked, did not answer in time, or answered with an error: nobody knows whether
 * the call had its effect. The way on is PostgreSQL. `cause` has what happened.
 */
export class AdmissionUnavailable extends Error {
  override readonly name = 'AdmissionUnavailable';

  constructor(cause: unknown) {
    super('Admission cannot be asked.', { cause });
  }
}

/** Redis is there, and it must not be used as it is. The message says how to fix it. */
export abstract class RedisUnfit extends Error {}

/** Processes of another database work under this prefix. */
export class PrefixTaken extends RedisUnfit {
  override readonly name = 'PrefixTaken';

  constructor(prefix: string, address: string) {
    super(
      `Redis at ${address} is used under the prefix ${prefix} by processes of another database: each ` +
        "would run the other's jobs. Fix: set REDIS_PREFIX to a name of its own, the same for all " +
        'api and worker processes of one database. Where this database has taken the place of the ' +
        'other one, stop what still works on that, and wait for 30 s.',
    );
  }
}

/** Redis may throw away keys that are no cache. */
export class RedisEvicts extends RedisUnfit {
  override readonly name = 'RedisEvicts';
  readonly policy: string;

  constructor(policy: string, address: string) {
    super(
      `Redis at ${address} may evict what admission and the queue rely on: its maxmemory-policy is ${policy}. ` +
        'Fix: set "maxmemory-policy noeviction" in redis.conf, and now by ' +
        '"redis-cli CONFIG SET maxmemory-policy noeviction" (on every master of a cluster). ' +
        'A cache that may be evicted needs a Redis of its own.',
    );
    this.policy = policy;
  }
}
