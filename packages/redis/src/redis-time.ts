import { Cluster, type Redis } from 'ioredis';
import type { RedisConnection } from './connect-redis.ts';

/**
 * Redis' time in ms. In a cluster each node has a clock of its own, and the earliest is given: what
 * is settled as of a time that is too early runs out too early, which is harmless.
 */
export async function readRedisTime(redis: RedisConnection): Promise<number> {
  const times = await Promise.all(mastersOf(redis).map(readTime));
  return Math.min(...times);
}

/** The nodes that hold keys. */
export function mastersOf(redis: RedisConnection): Redis[] {
  if (!(redis instanceof Cluster)) return [redis];
  const masters = redis.nodes('master');
  if (masters.length === 0) throw new Error('No node of the cluster is known yet.');
  return masters;
}

async function readTime(node: Redis): Promise<number> {
  const [seconds, microseconds] = await node.time();
  return Number(seconds) * 1_000 + Math.floor(Number(microseconds) / 1_000);
}
