import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import E2eFirst from './tooling/e2e-first.ts';

const folders = '{packages,apps,tooling,examples}/*/test/**';
const ordinary = `${folders}/*.test.ts`;
const withServices = `${folders}/*.{int,e2e}.test.ts`;
/** What takes too long for every `pnpm test`, such as campaigns of races: `pnpm test:outside`. */
const long = `${folders}/*.long.test.ts`;
/** What only a machine with what is packed can show: `pnpm test:outside`. */
const outside = `${folders}/*.outside.test.ts`;

/**
 * One more than there are cores: many files wait for what comes by itself in a second. But each may hold
 * some dozens of the 200 connections that PostgreSQL has.
 */
const workerCount = Math.min(availableParallelism() + 1, 4);

/** What Node has compiled, for the hundreds of processes that tests start: each starts in half the time. */
const compileCache = join(import.meta.dirname, 'node_modules/.cache/holdfast-tests');

/** For what comes in milliseconds on a quiet machine: others may be busy. A poll ends as soon as it is so. */
const patienceMs = 20_000;

export default defineConfig({
  test: {
    reporters: ['default', './tooling/testing/src/reporter.ts'],
    // For the services to stop.
    teardownTimeout: 30_000,
    env: { NODE_COMPILE_CACHE: compileCache },
    expect: { poll: { timeout: patienceMs } },
    maxWorkers: workerCount,
    sequence: { sequencer: E2eFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'rules',
          // They change nothing that another file could see: most of their time was importing the same again.
          isolate: false,
          include: [ordinary],
          exclude: [withServices, long, outside],
          testTimeout: 30_000,
        },
      },
      withPostgresAndRedis('services', withServices, []),
      withPostgresAndRedis('long', long, []),
      withPostgresAndRedis('outside', outside, ['./tooling/pack/test/pack-once.ts']),
    ],
  },
});

/** PostgreSQL and Redis are started once for its files, and not at all where none of them is chosen. */
function withPostgresAndRedis(
  name: string,
  include: string,
  furtherSetup: readonly string[],
): TestProjectInlineConfiguration {
  return {
    extends: true,
    test: {
      name,
      include: [include],
      globalSetup: ['./tooling/testing/src/global-setup.ts', ...furtherSetup],
      testTimeout: 60_000,
      // Longer than a database may take to be dropped.
      hookTimeout: 150_000,
      // After the properties, which take every core they get.
      sequence: { groupOrder: 1 },
    },
  };
}
