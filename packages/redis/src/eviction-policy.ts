import { setTimeout } from 'node:timers';
import { addressOf } from '@holdfast/server-urls';
import type { Redis } from 'ioredis';
import type { RedisConnection } from './connect-redis.ts';
import { AdmissionUnavailable, RedisEvicts } from './faults.ts';
import { mastersOf } from './redis-time.ts';
import { waitUntilReady } from './wait-until-ready.ts';
import { within } from './within.ts';

/** The one policy under which Redis forgets nothing that it was told to keep. */
const safePolicy = 'noeviction';

const readTimeoutMs = 1_000;
const readyTimeoutMs = 2_000;
const defaultEveryMs = 2_000;

/**
 * The `maxmemory-policy` of this Redis; in a cluster, of the first master that may evict, if one may.
 * Read by INFO, because hosted ones often forbid CONFIG.
 *
 * @throws AdmissionUnavailable where it cannot be read.
 */
export async function readEvictionPolicy(redis: RedisConnection): Promise<string> {
  try {
    const policies = await within(readTimeoutMs, () =>
      Promise.all(mastersOf(redis).map(readPolicy)),
    );
    return policies.find((policy) => policy !== safePolicy) ?? safePolicy;
  } catch (error) {
    throw new AdmissionUnavailable(error);
  }
}

/**
 * Makes sure that this Redis evicts nothing. Waits for the first connection, for 2 s at most.
 *
 * @throws RedisEvicts, with the fix, where it may evict; AdmissionUnavailable where nobody can tell.
 */
export async function expectNoEviction(redis: RedisConnection, url: string): Promise<void> {
  await waitUntilReady(redis, readyTimeoutMs);
  const policy = await readEvictionPolicy(redis);
  if (policy !== safePolicy) throw new RedisEvicts(policy, addressOf(url));
}

export interface EvictionWatch {
  close(): void;
}

/**
 * Looks every `everyMs` (2 s unless told otherwise) whether this Redis may evict, and calls back
 * when that has changed: first when it may, then when it is fixed. A Redis that cannot be asked
 * changes nothing.
 *
 * @example
 * const watch = watchEvictionPolicy(redis, { onChange: ({ evicts, policy }) => … })
 */
export function watchEvictionPolicy(
  redis: RedisConnection,
  options: {
    readonly everyMs?: number;
    onChange(change: { readonly evicts: boolean; readonly policy: string }): void;
  },
): EvictionWatch {
  const { everyMs = defaultEveryMs } = options;
  let didEvict = false;
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async () => {
    const policy = await readEvictionPolicy(redis).catch(() => null);
    if (isOver) return;
    const evicts = policy === null ? didEvict : policy !== safePolicy;
    if (policy !== null && evicts !== didEvict) options.onChange({ evicts, policy });
    didEvict = evicts;
    timer = setTimeout(() => void look(), everyMs).unref();
  };
  void look();
  return {
    close: () => {
      isOver = true;
      clearTimeout(timer);
    },
  };
}

async function readPolicy(node: Redis): Promise<string> {
  const info = await node.info('memory');
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
  if (policy === undefined) throw new Error('INFO does not say what is evicted.');
  return policy;
}
