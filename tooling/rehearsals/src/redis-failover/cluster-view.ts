import type { RedisCluster, ServiceHandle } from '@holdfast/services';
import { Redis } from 'ioredis';

export interface ClusterMaster {
  /** By which the nodes know it. */
  readonly id: string;
  readonly port: number;
}

/** What the first node that lives says of the cluster. */
export async function askCluster<T>(
  { url, handles }: Pick<RedisCluster, 'url' | 'handles'>,
  ask: (node: Redis) => Promise<T>,
): Promise<T> {
  const [first] = handles;
  if (first === undefined) throw new Error('A cluster has nodes.');
  return await askNode(url, first, ask);
}

/** Asks one Redis, with the password of this URL. */
export async function askNode<T>(
  url: string,
  { port }: Pick<ServiceHandle, 'port'>,
  ask: (node: Redis) => Promise<T>,
): Promise<T> {
  const { password } = new URL(url);
  const node = new Redis({ port, password, commandTimeout: 10_000, retryStrategy: () => null });
  node.on('error', () => {});
  try {
    return await ask(node);
  } finally {
    node.disconnect();
  }
}

/** Who has this key. */
export async function masterOf(node: Redis, key: string): Promise<ClusterMaster> {
  const slot = await node.cluster('KEYSLOT', key);
  const ranges = await node.cluster('SLOTS');
  const range = ranges.find(([first, last]) => first <= slot && slot <= last);
  const master = range?.[2];
  if (master === undefined) throw new Error('Nobody has this key.');
  const [, port, id] = master;
  return { port, id };
}
