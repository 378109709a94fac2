import type { Redis } from 'ioredis';
import { until } from './until.ts';

/** Resolves when a replica has what its master has: only such a one takes its place. */
export function untilInStep(replica: Redis): Promise<void> {
  const isInStep = async () =>
    (await replica.info('replication')).includes('master_link_status:up');
  return until(isInStep, 'A replica of Redis did not follow its master');
}
