import { expect, test } from 'vitest';
import { givenServices, runCommand } from './command.ts';

test('demo --json sells 500 seats to 1,000 users, and prints one line of JSON and nothing else', async () => {
  const { exitCode, stdout, stderr } = await runCommand(['demo', '--json'], givenServices());
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({
    mode: 'client',
    users: 1_000,
    seats: 500,
    confirmed: 500,
    refused: 500,
    refusedByReason: { sold_out: 500 },
    errors: 0,
    unknown: 0,
    oversold: 0,
    violations: 0,
    lostAcknowledged: 0,
    drift: 0,
    verdict: 'pass',
    reasons: [],
  });
  expect(report.bookingsPerSecond).toBeGreaterThan(0);
  const { p50, p90, p99, max } = report.latencyMs;
  expect([p50, p90, p99, max]).toEqual([p50, p90, p99, max].toSorted((a, b) => a - b));
  expect(stderr).toContain('The api listens');
});

test('without Redis the demo is the same, and says once that there is none', async () => {
  const args = ['demo', '--without-redis', '--json'];
  const { exitCode, stdout, stderr } = await runCommand(args, givenServices());
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  expect(JSON.parse(stdout)).toMatchObject({
    confirmed: 500,
    refused: 500,
    violations: 0,
    lostAcknowledged: 0,
    drift: null,
    refusedWithoutDatabase: null,
    verdict: 'pass',
  });
  expect(stderr.match(/No Redis: early refusals are off, jobs wait in PostgreSQL/g)).toHaveLength(
    1,
  );
});

test('a step that fails is named, with the end of the log, and everything is stopped', async () => {
  const env = { ...givenServices(), QUEUE_LENGTH_MAX: 'plenty' };
  const { exitCode, stdout, stderr } = await runCommand(['demo', '--json'], env);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toContain('✗ The api listens');
  expect(stderr).toContain('QUEUE_LENGTH_MAX is not a whole number');
});
