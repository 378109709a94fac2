import { expect, test } from 'vitest';
import { UsageError } from '@holdfast/command';
import { poolSizeFor } from '../src/stack/pool-size.ts';

test.each([
  { processCount: 2, connectionCountMax: 197, given: null, poolSize: 10 },
  { processCount: 8, connectionCountMax: 197, given: null, poolSize: 10 },
  { processCount: 8, connectionCountMax: 97, given: null, poolSize: 7 },
  { processCount: 2, connectionCountMax: 28, given: null, poolSize: 2 },
  { processCount: 4, connectionCountMax: 97, given: 17, poolSize: 17 },
  { processCount: 8, connectionCountMax: 97, given: 3, poolSize: 3 },
])('a pool is 10, or what was set, or as much as all can have: %o', ({ poolSize, ...sizing }) => {
  expect(poolSizeFor(sizing)).toBe(poolSize);
});

test.each([
  { processCount: 4, connectionCountMax: 97, given: 18 },
  { processCount: 8, connectionCountMax: 97, given: 10 },
  { processCount: 2, connectionCountMax: 27, given: null },
])('pools that PostgreSQL has no connections for are refused: %o', (sizing) => {
  expect(() => poolSizeFor(sizing)).toThrow(UsageError);
});

test('what is refused is told in figures, with the fix', () => {
  expect(() => poolSizeFor({ processCount: 4, connectionCountMax: 97, given: 50 })).toThrow(
    '4 api processes with 50 connections each, two more for feed and readiness, and 20 for all others need 228; PostgreSQL has 97 connections. Start fewer, set DATABASE_POOL_SIZE to 17, or raise its max_connections.',
  );
  expect(() => poolSizeFor({ processCount: 8, connectionCountMax: 40, given: null })).toThrow(
    'need 52; PostgreSQL has 40 connections. Start fewer, or raise its max_connections.',
  );
});
