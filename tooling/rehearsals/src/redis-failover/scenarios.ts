import { startRedisCluster, startRedisWithSentinels } from '@holdfast/services';
import { clusterMasterKilled } from './cluster-master-killed.ts';
import { sentinelMasterKilled } from './sentinel-master-killed.ts';
import { slotsMoved } from './slots-moved.ts';
import type { TimedFault } from './timed-fault.ts';

/** Servers to break, and the fault. */
interface Broken {
  readonly url: string;
  readonly timed: TimedFault;
  stop(): Promise<void>;
}

export interface Scenario {
  readonly name: 'cluster' | 'slots' | 'sentinel';
  /** What happens, as a sentence without its full stop. */
  readonly title: string;
  start(): Promise<Broken>;
}

/** After so long without an answer a server is taken for dead. Redis' own: 15 s in a cluster, 30 s by sentinels. */
const downAfterMs = 2_000;

/** Every scenario. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'cluster',
    title: 'A master of a Redis Cluster is killed, and its replica promoted',
    async start() {
      const cluster = await startRedisCluster({ hasReplicas: true, nodeTimeoutMs: downAfterMs });
      return { url: cluster.url, timed: clusterMasterKilled(cluster), stop: () => cluster.stop() };
    },
  },
  {
    name: 'slots',
    title: 'All slots of a master of a Redis Cluster move to another one',
    async start() {
      const cluster = await startRedisCluster();
      return { url: cluster.url, timed: slotsMoved(cluster), stop: () => cluster.stop() };
    },
  },
  {
    name: 'sentinel',
    title: 'The master that three sentinels know is killed, and its replica promoted',
    async start() {
      const redis = await startRedisWithSentinels({ sentinelCount: 3, downAfterMs });
      return { url: redis.url, timed: sentinelMasterKilled(redis), stop: () => redis.stop() };
    },
  },
];
