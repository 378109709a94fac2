import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type DetailedChaosReport,
  ordinaryStack,
  runFault,
  startStackOn,
} from '@holdfast/cli/parts';
import {
  findRedisProgram,
  type Host,
  makeTemporaryDirectory,
  startPostgres,
  startRedis,
  startStandby,
} from '@holdfast/services';
import type { Watching } from '../rehearsal.ts';
import { tellLost } from '../tell-lost.ts';
import { makeNetwork } from './network.ts';
import { faultOf, type Machine, machines, type Partition } from './partition.ts';

interface PartitionsPlan {
  readonly partitions: readonly Partition[];
  readonly seed: number;
  /** So long clients wait for an attempt. */
  readonly patienceMs: number | undefined;
}

/** So long the load is steady before the cut. */
const steadyMs = 3_000;

/**
 * Starts everything on machines of their own, and makes the partitions one after the other under load. Runs
 * in a network of its own.
 */
export async function runPartitions(
  { partitions, seed, patienceMs }: PartitionsPlan,
  watching: Watching,
): Promise<readonly DetailedChaosReport[]> {
  const { steps } = watching;
  steps.note(`Seed ${seed}`);
  const network = await steps.step(`${machines.length} machines, and a switch`, () =>
    makeNetwork(machines),
  );
  const { hostOf } = network;
  await using servers = await steps.step('PostgreSQL, its standby and Redis are up', () =>
    startServers(hostOf),
  );
  await using stack = await startStackOn(servers, {
    ...ordinaryStack,
    processCount: 2,
    redis: 'required',
    hosts: { apis: [hostOf('api-1'), hostOf('api-2')], worker: hostOf('worker') },
    steps,
  });
  const runs: DetailedChaosReport[] = [];
  try {
    for (const partition of partitions) {
      const fault = faultOf(partition, network);
      const run = await runFault(stack, { fault, seed, steadyMs, patienceMs }, watching);
      await tellLost(run, stack.databaseUrl, watching);
      runs.push(run);
    }
  } finally {
    // Else nothing could be stopped in good order.
    await network.heal();
  }
  return runs;
}

async function startServers(hostOf: (machine: Machine) => Host) {
  await using started = new AsyncDisposableStack();
  const directory = await makeTemporaryDirectory();
  started.defer(() => rm(directory, { recursive: true, force: true }));
  const program = await findRedisProgram(() => {});
  const redis = await startRedis({
    directory: join(directory, 'redis'),
    isPersistent: false,
    program,
    host: hostOf('redis'),
  });
  started.defer(() => redis.handle.stop());
  const postgres = await startPostgres({
    directory: join(directory, 'postgres'),
    host: hostOf('postgres'),
  });
  started.defer(() => postgres.handle.stop());
  const standby = await startStandby({
    primaryUrl: postgres.url,
    directory: join(directory, 'standby'),
    host: hostOf('standby'),
  });
  started.defer(() => standby.handle.stop());
  const all = started.move();
  return {
    databaseUrl: postgres.url,
    redisUrl: redis.url,
    postgres: postgres.handle,
    redis: redis.handle,
    stop: async () => {},
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
