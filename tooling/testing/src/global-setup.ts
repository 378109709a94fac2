import { randomBytes } from 'node:crypto';
import { startServices } from '@holdfast/services';
import type { TestProject } from 'vitest/node';
import { removeTraces } from './remove-traces.ts';

/** Start PostgreSQL and Redis once for the whole run, before the first file that asks for them. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const services = await startServices({
    directory: null,
    log: (line) => process.stderr.write(`${line}\n`),
  });
  const runName = `holdfast_test_${randomBytes(4).toString('hex')}`;
  const { databaseUrl, redisUrl } = services;
  project.provide('services', { databaseUrl, redisUrl, runName });
  return async () => {
    await removeTraces(services, runName);
    await services.stop();
  };
}
