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

/** Redis may throw away keys that are no cache. The message has the mend. */
export class RedisEvicts extends Error {
  override readonly name = 'RedisEvicts';
  readonly policy: string;

  constructor(policy: string, address: string) {
    super(
      `Redis at ${address} may evict what admission and the queue rely on: its maxmemory-policy is ${policy}. ` +
        'Mend: set "maxmemory-policy noeviction" in redis.conf, and now by ' +
        '"redis-cli CONFIG SET maxmemory-policy noeviction" (on every master of a cluster). ' +
        'A cache that may be evicted needs a Redis of its own.',
    );
    this.policy = policy;
  }
}
