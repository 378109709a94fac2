import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { openBackend } from '../../src/jobs/open-backend.ts';
import { createWorkerMetrics } from '../../src/jobs/worker-metrics.ts';
import { memoryLog } from './memory-log.ts';

test('a queue in PostgreSQL, behind a pooler that it cannot work with, stops the start with the fix', async () => {
  const backend = openBackend({
    redisUrl: undefined,
    redisPrefix: 'holdfast',
    databaseUrl: 'postgres://ann@db/shop?startup_parameters=off',
    identify: () => Promise.resolve('a database'),
    log: memoryLog().log,
    metrics: createWorkerMetrics(new Registry()),
  });
  await expect(backend.check()).rejects.toThrow('Set REDIS_URL, or give the worker a URL');
});
