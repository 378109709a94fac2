import { providedServices } from './provided.ts';

/** A kind of Redis that everything must work with. */
export interface RedisFlavour {
  readonly name: 'one Redis' | 'a Redis Cluster';
  readonly url: string;
  readonly isCluster: boolean;
}

/**
 * The kinds of Redis of this test run: one Redis, and a cluster of three masters, which may take
 * 2 s from the start of the run until it answers. Without the cluster where REDIS_URL names the one
 * and this machine has no Redis to make the other.
 *
 * @example describe.each(redisFlavours())('on $name', ({ url }) => { … })
 */
export function redisFlavours(): readonly RedisFlavour[] {
  const { redisUrl, redisClusterUrl } = providedServices();
  const one: RedisFlavour = { name: 'one Redis', url: redisUrl, isCluster: false };
  const cluster: RedisFlavour = { name: 'a Redis Cluster', url: redisClusterUrl, isCluster: true };
  return redisClusterUrl === '' ? [one] : [one, cluster];
}
