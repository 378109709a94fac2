import type { RedisWithSentinels } from '@holdfast/services';
import { askNode } from './cluster-view.ts';
import { masterKilled } from './master-killed.ts';
import type { TimedFault } from './timed-fault.ts';

/** The only master is killed. */
export function sentinelMasterKilled({ servers, password }: RedisWithSentinels): TimedFault {
  const [first, second] = servers;
  return masterKilled({
    name: 'sentinel-master-kill',
    title: 'The master is killed, and the sentinels promote its replica',
    master: async () => first,
    isPromoted: async () => {
      const url = `redis://:${password}@127.0.0.1`;
      const info = await askNode(url, second, (node) => node.info('replication'));
      return info.includes('role:master');
    },
  });
}
