import { Cluster, type Redis } from 'ioredis';
import type { RedisConnection } from './connect-redis.ts';

/**
 * Watches for connections that were lost and made again. A Redis behind a new connection may be one
 * that was restarted from a snapshot: it knows an older state, with refusals that hold no longer.
 *
 * @returns for how many milliseconds there has been no such connection; `Infinity`: never.
 * @example const unbrokenMs = watchRenewals(redis); if (unbrokenMs() < 1_000) …
 */
export function watchRenewals(redis: RedisConnection): () => number {
  let renewedAt = Number.NEGATIVE_INFINITY;
  const watch = (node: Redis) => {
    let isFirst = node.status !== 'ready';
    node.on('ready', () => {
      if (!isFirst) renewedAt = performance.now();
      isFirst = false;
    });
  };
  if (redis instanceof Cluster) {
    for (const node of redis.nodes()) watch(node);
    redis.on('+node', watch);
  } else {
    watch(redis);
  }
  return () => performance.now() - renewedAt;
}
