import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { ensurePassword } from './password.ts';
import { busPortOffset, startRedis } from './redis.ts';
import { findRedisProgram, type RedisProgram } from './redis-program.ts';
import type { ServiceHandle } from './server.ts';
import { makeTemporaryDirectory } from './temporary-directory.ts';

export interface RedisClusterOptions {
  /** Where data is kept over starts; `null`: a new temporary directory, removed by `stop`. */
  readonly directory: string | null;
  /** Told what is going on, a sentence at a time. */
  readonly log?: (line: string) => void;
}

export interface RedisCluster {
  /** Names one node, which knows the others: `redis+cluster://:password@127.0.0.1:port`. */
  readonly url: string;
  /** One a master, in the order of their slots. */
  readonly handles: readonly ServiceHandle[];
  /** End the nodes, and remove a temporary directory. Safe to repeat. */
  stop(): Promise<void>;
}

/** A cluster whose nodes run, and may not take commands yet. */
export interface LaunchedRedisCluster extends RedisCluster {
  /** Resolves when they do. */
  readonly whenReady: Promise<void>;
}

interface ClusterNode {
  readonly url: string;
  readonly handle: ServiceHandle;
}

const masterCount = 3;
const slotCount = 16_384;
const agreeTimeoutMs = 30_000;
const pollIntervalMs = 50;
const commandTimeoutMs = 5_000;

/**
 * A Redis Cluster of three masters on 127.0.0.1, which end when this process ends. It has no
 * replicas, and never evicts a key. A second start in the same directory finds the data of the
 * first. Takes 3 s: new masters wait for 2 s before they take writes.
 *
 * Call it from the main thread: the servers end with the thread that started them.
 *
 * @throws ServiceUnavailable, with what was tried and the mend, where there is no Redis to be had.
 * @example
 * const cluster = await startRedisCluster({ directory: null })
 * await cluster.stop()
 */
export async function startRedisCluster(options: RedisClusterOptions): Promise<RedisCluster> {
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
export async function launchRedisCluster(
  options: RedisClusterOptions,
): Promise<LaunchedRedisCluster> {
  const { directory: kept, log = ignore } = options;
  const program = await findRedisProgram(log);
  const directory = resolve(kept ?? (await makeTemporaryDirectory()));
  const started: ClusterNode[] = [];
  const stop = async () => {
    await Promise.all(started.map(({ handle }) => handle.stop()));
    if (kept === null) await rm(directory, { recursive: true, force: true });
  };
  try {
    await mkdir(directory, { recursive: true });
    await startNodes({ directory, isPersistent: kept !== null, program }, started);
  } catch (error) {
    await stop();
    throw error;
  }
  log(`A Redis Cluster runs on 127.0.0.1:${started.map(({ handle }) => handle.port).join(', ')}`);
  const whenReady = joinNodes(started);
  // It may be stopped before anybody waits for it.
  whenReady.catch(() => {});
  const handles = started.map(({ handle }) => handle);
  return { url: clusterUrlOf(started), handles, stop, whenReady };
}

async function startNodes(
  where: { directory: string; isPersistent: boolean; program: RedisProgram },
  started: ClusterNode[],
): Promise<void> {
  const { directory, ...options } = where;
  const passwordFile = join(directory, 'password');
  // Before the nodes, which would each make one.
  await ensurePassword(passwordFile);
  const names = Array.from({ length: masterCount }, (_, index) => join(directory, `node-${index}`));
  const starts = names.map((name) =>
    startRedis({ ...options, directory: name, passwordFile, isClusterNode: true }),
  );
  // A node that does start has to be known, to be stopped, even if another one does not.
  for (const result of await Promise.allSettled(starts)) {
    if (result.status === 'rejected') throw result.reason;
    started.push(result.value);
  }
}

/** Gives each node its slots and makes all know each other, unless they remember it. */
async function joinNodes(nodes: readonly ClusterNode[]): Promise<void> {
  // A node that goes away does not come back: it was stopped.
  const options = { commandTimeout: commandTimeoutMs, retryStrategy: () => null };
  const clients = nodes.map(({ url }) => new Redis(url, options));
  // A failed command says so itself.
  for (const client of clients) client.on('error', () => {});
  try {
    await Promise.all(clients.map((client, index) => ensureSlots(client, index)));
    for (const client of clients) await meetAll(client, nodes);
    await untilAgreed(clients);
  } finally {
    for (const client of clients) client.disconnect();
  }
}

async function ensureSlots(client: Redis, index: number): Promise<void> {
  if ((await readClusterInfo(client, 'cluster_slots_assigned')) !== '0') return;
  const first = Math.floor((slotCount * index) / masterCount);
  const next = Math.floor((slotCount * (index + 1)) / masterCount);
  await client.call('CLUSTER', 'ADDSLOTSRANGE', first, next - 1);
  // Masters of the same epoch would first have to sort that out.
  await client.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
}

/** Nodes that met before have new ports. So each tells each. */
async function meetAll(client: Redis, nodes: readonly ClusterNode[]): Promise<void> {
  for (const { handle } of nodes) {
    if (handle.port === client.options.port) continue;
    await client.call('CLUSTER', 'MEET', '127.0.0.1', handle.port, handle.port + busPortOffset);
  }
}

async function untilAgreed(clients: readonly Redis[]): Promise<void> {
  const deadline = Date.now() + agreeTimeoutMs;
  for (;;) {
    const agreed = await Promise.all(clients.map(hasAgreed));
    if (agreed.every(Boolean)) return;
    if (Date.now() > deadline) {
      throw new Error(`The nodes of the Redis Cluster did not agree in ${agreeTimeoutMs} ms`);
    }
    await sleep(pollIntervalMs);
  }
}

async function hasAgreed(client: Redis): Promise<boolean> {
  const state = await readClusterInfo(client, 'cluster_state');
  const size = await readClusterInfo(client, 'cluster_size');
  return state === 'ok' && size === String(masterCount);
}

async function readClusterInfo(client: Redis, name: string): Promise<string> {
  const info = await client.cluster('INFO');
  return new RegExp(`^${name}:(\\S+)`, 'm').exec(info)?.[1] ?? '';
}

function clusterUrlOf([first]: readonly ClusterNode[]): string {
  return first?.url.replace(/^redis:/, 'redis+cluster:') ?? '';
}

function ignore(): void {}
