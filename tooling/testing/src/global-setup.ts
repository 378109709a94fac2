import { randomBytes } from 'node:crypto';
import { launchRedisCluster, ServiceUnavailable, startServices } from '@holdfast/services';
import type { TestProject } from 'vitest/node';
import { removeTraces } from './remove-traces.ts';

/**
 * Here processes are killed, and never the machine. Otherwise whoever drops a database waits until all that any test has
 * written is on disk: 330 ms in place of 110, and sometimes seconds.
 */
const notOnDisk = { fsync: 'off', full_page_writes: 'off' } as const;

/** Start PostgreSQL and Redis once for the whole run, before the first file that asks for them. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const [services, cluster] = await startAll();
  const runName = `holdfast_test_${randomBytes(4).toString('hex')}`;
  const { databaseUrl, isDistributed = false, redisUrl } = services;
  const redisClusterUrl = cluster?.url ?? '';
  project.provide('services', {
    databaseUrl,
    isDistributed,
    redisUrl,
    redisClusterUrl,
    runName,
  });
  return async () => {
    await removeTraces(services, runName);
    await Promise.all([services.stop(), cluster?.stop()]);
  };
}

async function startAll() {
  const starts = [
    startServices({ directory: null, postgres: notOnDisk, log }),
    startCluster(),
  ] as const;
  const [services, cluster] = await Promise.allSettled(starts);
  if (services.status === 'fulfilled' && cluster.status === 'fulfilled') {
    return [services.value, cluster.value] as const;
  }
  if (services.status === 'fulfilled') await services.value.stop();
  if (cluster.status === 'fulfilled') await cluster.value?.stop();
  throw services.status === 'rejected'
    ? services.reason
    : new Error('No cluster', { cause: cluster });
}

/**
 * Its nodes need 2 s until they take commands, which nobody waits for here: most files never ask
 * them, and a client waits by itself.
 */
async function startCluster() {
  try {
    return await launchRedisCluster();
  } catch (error) {
    if (!(error instanceof ServiceUnavailable)) throw error;
    log(`No test runs against a Redis Cluster. ${error.message}`);
    return null;
  }
}

function log(line: string): void {
  process.stderr.write(`${line}\n`);
}
