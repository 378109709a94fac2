import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Fault } from '@holdfast/cli/parts';
import { findRedisProgram, type RedisCluster } from '@holdfast/services';
import { missingChanges } from '../missing-changes.ts';
import { askCluster, type ClusterMaster, masterOf } from './cluster-view.ts';
import { queuePrefixOf } from './queue-keys.ts';
import type { RedisTimes, TimedFault } from './timed-fault.ts';
import { flawsOfJob, openJobs, timeOfAdmission } from './timer.ts';

const run = promisify(execFile);
const moveTimeoutMs = 90_000;
const slotCount = 16_384;
const recoveryMsMax = 3_000;

/** All slots of the master that has the worker's queue move to another master, by redis-cli. */
export function slotsMoved(cluster: RedisCluster): TimedFault {
  let times: RedisTimes = { promotedMs: null, admissionMs: null, queueMs: null, movedMs: null };
  let unfinished: readonly string[] = [];
  const fault: Fault = {
    name: 'slots-moved',
    title:
      'All slots of a master of the Redis Cluster move to another one (redis-cli --cluster reshard)',
    holdsMs: 0,
    recoveryMsMax,
    inject: async (scene) => {
      const key = `${queuePrefixOf(scene.stack)}:`;
      const from = await askCluster(cluster, (node) => masterOf(node, key));
      const to = await askCluster(cluster, (node) => otherThan(node, from));
      using jobs = await openJobs(scene);
      const began = performance.now();
      const [, admissionAt, job] = await Promise.all([
        moveSlots(cluster, from, to),
        timeOfAdmission(scene, began),
        jobs.give(),
      ]);
      const since = (at: number | null) => at && Math.round(at - began);
      times = {
        ...times,
        admissionMs: since(admissionAt),
        queueMs: since(job.doneAt),
        movedMs: Math.round(performance.now() - began),
      };
      unfinished = flawsOfJob(job);
      const owner = await askCluster(cluster, (node) => masterOf(node, key));
      if (owner.id !== to.id) throw new Error('The slots did not move.');
    },
    heal: async () => {},
    alsoHolds: async (scene) => [
      ...(times.admissionMs === null ? ['Redis was not asked first again.'] : []),
      ...unfinished,
      ...(await missingChanges(scene)),
    ],
  };
  return { fault, times: () => times };
}

/** A master of other slots. */
async function otherThan(
  node: Parameters<typeof masterOf>[0],
  { id }: ClusterMaster,
): Promise<ClusterMaster> {
  const ranges = await node.cluster('SLOTS');
  for (const [, , master] of ranges) {
    if (master === undefined || master[2] === id) continue;
    const [, port, other] = master;
    return { port, id: other };
  }
  throw new Error('There is no other master.');
}

/** As an operator moves them. */
async function moveSlots(
  { url }: RedisCluster,
  from: ClusterMaster,
  to: ClusterMaster,
): Promise<void> {
  const program = await findRedisProgram(() => {});
  const cli = join(dirname(program.path), 'redis-cli');
  const ends = ['--cluster-from', from.id, '--cluster-to', to.id];
  const args = ['--cluster', 'reshard', `127.0.0.1:${from.port}`, ...ends];
  const count = ['--cluster-slots', String(slotCount), '--cluster-yes'];
  const env = { ...program.env, REDISCLI_AUTH: new URL(url).password };
  const { stdout } = await run(cli, [...args, ...count], {
    env,
    timeout: moveTimeoutMs,
    maxBuffer: 64e6,
  });
  if (/\[ERR\]/.test(stdout)) throw new Error(`redis-cli could not move the slots.\n${stdout}`);
}
