import type { RedisCluster } from '@holdfast/services';
import { askCluster, askNode, masterOf } from './cluster-view.ts';
import { masterKilled } from './master-killed.ts';
import { queuePrefixOf } from './queue-keys.ts';
import type { TimedFault } from './timed-fault.ts';

/** The master that has the worker's queue is killed. */
export function clusterMasterKilled(cluster: RedisCluster): TimedFault {
  let place = -1;
  return masterKilled({
    name: 'cluster-master-kill',
    title: 'A master of the Redis Cluster is killed, and its replica takes its place',
    master: async ({ stack }) => {
      const key = `${queuePrefixOf(stack)}:`;
      const { port } = await askCluster(cluster, (node) => masterOf(node, key));
      place = cluster.handles.findIndex((handle) => handle.port === port);
      const master = cluster.handles[place];
      if (master === undefined) throw new Error('The queue is not on a master of the beginning.');
      return master;
    },
    isPromoted: async () => {
      const replica = cluster.replicas[place];
      if (replica === undefined) return false;
      const info = await askNode(cluster.url, replica, (node) => node.info('replication'));
      return info.includes('role:master');
    },
  });
}
