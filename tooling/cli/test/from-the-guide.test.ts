import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { commandsToRun, filtersOf, readGuideRows, readText, repositoryRoot } from './guide-rows.ts';
import { testFiles } from './test-files.ts';

/** Every section, adaptation, issue and point of the guide, in its words and its order. */
const parts = [
  '1. Optimistic Locking',
  '2. Admission Control',
  '2. Reconciliation',
  '3. Database Indexes',
  '4. Redis Caching',
  '5. Stress Testing',
  '6. Docker Setup',
  'For E-commerce',
  'For Restaurant Reservations',
  'Issue 1: Still getting overbooking',
  'Issue 2: High error rate under load',
  'Issue 3: Slow queries',
  'Run stress test with 100 concurrent users',
  'Verify 0 overbookings in database',
  'Check P99 latency < 100ms',
  'Test Redis failure (should degrade gracefully)',
  'Test DB failure (should return 500, not crash)',
  'Verify indexes exist (run EXPLAIN ANALYZE)',
  'Need Help?',
];

test('docs/from-the-guide.md has a row for each part of the guide, with a command and what was wrong', () => {
  const rows = readGuideRows();
  expect(rows.map(({ part }) => part)).toEqual(parts);
  expect(rows.filter(({ command, wrong }) => command === '' || wrong === '')).toEqual([]);
});

test('each of its tests exists, and is run by pnpm test', () => {
  const filters = readGuideRows().flatMap(({ command }) => filtersOf(command) ?? []);
  expect(filters.length).toBeGreaterThan(15);
  const files = testFiles();
  expect(filters.filter((filter) => !files.some((file) => file.includes(filter)))).toEqual([]);
});

test('its other commands are few, and the checklist is a step of .ci/run', () => {
  expect(commandsToRun()).toEqual(['pnpm stress --users 100 --seats 50 --json']);
});

test('what it links and names is there', () => {
  const text = readText('docs/from-the-guide.md');
  const links = [...text.matchAll(/\]\(([^)#]+)\)/g)].map(([, link = '']) => `docs/${link}`);
  const named = [...text.matchAll(/`([\w./-]+\.test\.ts)`/g)].map(([, path = '']) => path);
  const paths = [...links, ...named];
  expect(paths.length).toBeGreaterThan(10);
  expect(paths.filter((path) => !existsSync(resolve(repositoryRoot, path)))).toEqual([]);
});
