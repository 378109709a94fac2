import { once } from 'node:events';
import { Cluster, Redis } from 'ioredis';

const readyTimeoutMs = 10_000;

/** Do something on every node that holds keys: the one Redis, or each master of a cluster. */
export async function withMasters(
  url: string,
  work: (master: Redis) => Promise<void>,
): Promise<void> {
  const redis = url.includes('+cluster:') ? await connectCluster(url) : new Redis(url);
  const masters = redis instanceof Cluster ? redis.nodes('master') : [redis];
  try {
    await Promise.all(masters.map(work));
  } finally {
    redis.disconnect();
  }
}

async function connectCluster(url: string): Promise<Cluster> {
  const { hostname, port, username, password } = new URL(url);
  const cluster = new Cluster([{ host: hostname, port: Number(port) }], {
    redisOptions: {
      username: decodeURIComponent(username),
      password: decodeURIComponent(password),
    },
  });
  await once(cluster, 'ready', { signal: AbortSignal.timeout(readyTimeoutMs) });
  return cluster;
}
