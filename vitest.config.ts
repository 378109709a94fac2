import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const folders = '{packages,apps,tooling}/*/test/**';
const ordinary = `${folders}/*.test.ts`;
const withServices = `${folders}/*.{int,e2e}.test.ts`;

/** Each file may hold some dozens of the 200 connections that PostgreSQL has. */
const workersMax = 4;

export default defineConfig({
  test: {
    reporters: ['default', './tooling/testing/src/reporter.ts'],
    // For the services to stop.
    teardownTimeout: 30_000,
    maxWorkers: Math.min(availableParallelism(), workersMax),
    projects: [
      {
        extends: true,
        test: { name: 'rules', include: [ordinary], exclude: [withServices], testTimeout: 30_000 },
      },
      {
        extends: true,
        test: {
          name: 'services',
          include: [withServices],
          // Only this project has it, so that PostgreSQL and Redis are started once, and not at all
          // where no chosen file asks for them.
          globalSetup: ['./tooling/testing/src/global-setup.ts'],
          testTimeout: 60_000,
          // Longer than a database may take to be dropped.
          hookTimeout: 150_000,
          // After the properties, which take every core they get.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
