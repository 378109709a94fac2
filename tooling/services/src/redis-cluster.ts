import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { ensurePassword } from './password.ts';
import { busPortOffset, type RedisSettings, startRedis } from './redis.ts';
import { findRedisProgram } from './redis-program.ts';
import { untilInStep } from './redis-replica.ts';
import type { ServiceHandle } from './server.ts';
import { makeTemporaryDirectory } from './temporary-directory.ts';
import { until } from './until.ts';

export interface RedisCluster {
  /** Names one node, which knows the others: `redis+cluster://:password@127.0.0.1:port`. */
  readonly url: string;
  /** One a master, in the order of their slots. */
  readonly handles: readonly ServiceHandle[];
  /** One for each master, in their order; none unless asked for. */
  readonly replicas: readonly ServiceHandle[];
  /** Resolves when the nodes take commands. */
  readonly whenReady: Promise<void>;
  /** End the nodes, and remove their data. Safe to repeat. */
  stop(): Promise<void>;
}

export interface RedisClusterOptions {
  /** Has each master a replica, which takes its place when it dies? No unless told otherwise. */
  readonly hasReplicas?: boolean;
  /** After so long without an answer a node is taken for dead; Redis' own 15 s unless told otherwise. */
  readonly nodeTimeoutMs?: number;
  /** What the configuration of each node says beside that, by its place. */
  readonly settingsOf?: (place: number) => RedisSettings;
}

interface ClusterNode {
  readonly url: string;
  readonly handle: ServiceHandle;
}

const masterCount = 3;
const slotCount = 16_384;
const commandTimeoutMs = 5_000;

/**
 * A Redis Cluster of three masters on 127.0.0.1, which end when this process ends. It never evicts a
 * key, and keeps nothing. Takes 3 s: new masters wait for 2 s before they take writes.
 *
 * Call it from the main thread: the servers end with the thread that started them.
 *
 * @throws ServiceUnavailable, with what was tried and the fix, where there is no Redis to be had.
 * @example
 * const cluster = await startRedisCluster()
 * await cluster.stop()
 */
export async function startRedisCluster(options: RedisClusterOptions = {}): Promise<RedisCluster> {
  const cluster = await launchRedisCluster(options);
  try {
    await cluster.whenReady;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  return cluster;
}

/**
 * The same without the 2 s of waiting: resolves when the nodes run, and their URL is known.
 *
 * @throws ServiceUnavailable, as `startRedisCluster`.
 */
export async function launchRedisCluster({
  hasReplicas = false,
  nodeTimeoutMs = 15_000,
  settingsOf = () => ({}),
}: RedisClusterOptions = {}): Promise<RedisCluster> {
  const program = await findRedisProgram(() => {});
  const directory = await makeTemporaryDirectory();
  const passwordFile = join(directory, 'password');
  // Before the nodes, which would each make one.
  await ensurePassword(passwordFile);
  const options = { program, passwordFile, isPersistent: false, isClusterNode: true };
  const settingsAt = (place: number) => ({
    'cluster-node-timeout': nodeTimeoutMs,
    ...settingsOf(place),
  });
  const starts = await Promise.allSettled(
    Array.from({ length: hasReplicas ? 2 * masterCount : masterCount }, (_, index) =>
      startRedis({
        ...options,
        settings: settingsAt(index),
        directory: join(directory, `node-${index}`),
      }),
    ),
  );
  // A node that does start has to be stopped even if another one does not.
  const nodes = starts.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const stop = async () => {
    await Promise.all(nodes.map(({ handle }) => handle.stop()));
    await rm(directory, { recursive: true, force: true });
  };
  const failed = starts.find((one) => one.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  const whenReady = joinNodes(nodes);
  // It may be stopped before anybody waits for it.
  whenReady.catch(() => {});
  const url = nodes[0]?.url.replace(/^redis:/, 'redis+cluster:') ?? '';
  const handles = nodes.map(({ handle }) => handle);
  return {
    url,
    handles: handles.slice(0, masterCount),
    replicas: handles.slice(masterCount),
    stop,
    whenReady,
  };
}

/** Gives each master its slots, makes all know each other, and gives each master its replica. */
async function joinNodes(nodes: readonly ClusterNode[]): Promise<void> {
  // A node that goes away does not come back: it was stopped.
  const options = { commandTimeout: commandTimeoutMs, retryStrategy: () => null };
  const clients = nodes.map(({ url }) => new Redis(url, options));
  // A failed command says so itself.
  for (const client of clients) client.on('error', () => {});
  try {
    const masters = clients.slice(0, masterCount);
    await Promise.all(masters.map(giveSlots));
    for (const { handle } of nodes.slice(1)) {
      const { port } = handle;
      await clients[0]?.call('CLUSTER', 'MEET', '127.0.0.1', port, port + busPortOffset);
    }
    await untilAgreed(clients, nodes.length);
    await Promise.all(
      clients.slice(masterCount).map((client, index) => follow(client, masters[index])),
    );
  } finally {
    for (const client of clients) client.disconnect();
  }
}

async function follow(client: Redis, master: Redis | undefined): Promise<void> {
  if (master === undefined) return;
  await client.call('CLUSTER', 'REPLICATE', String(await master.call('CLUSTER', 'MYID')));
  await untilInStep(client);
}

async function giveSlots(client: Redis, index: number): Promise<void> {
  const first = Math.floor((slotCount * index) / masterCount);
  const next = Math.floor((slotCount * (index + 1)) / masterCount);
  await client.call('CLUSTER', 'ADDSLOTSRANGE', first, next - 1);
  // Masters of the same epoch would first have to sort that out.
  await client.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
}

async function untilAgreed(clients: readonly Redis[], nodeCount: number): Promise<void> {
  const hasAgreed = (info: string) =>
    info.includes('cluster_state:ok') &&
    info.includes(`cluster_size:${masterCount}\r`) &&
    info.includes(`cluster_known_nodes:${nodeCount}\r`);
  const haveAgreed = async () => {
    const infos = await Promise.all(clients.map((client) => client.cluster('INFO')));
    return infos.every(hasAgreed);
  };
  await until(haveAgreed, 'The nodes of the Redis Cluster did not agree');
}
