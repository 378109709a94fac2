import { expect, test } from 'vitest';
import { givenServices, runCommand } from './command.ts';

test('Redis is killed under load: bookings go on, nothing is lost or refused wrongly, and it comes back', async () => {
  const args = ['chaos', '--fault', 'redis-kill', '--duration', '1', '--seed', '7', '--json'];
  const { exitCode, stdout, stderr } = await runCommand(args, givenServices());
  expect({ exitCode, stderr, stdout }).toMatchObject({ exitCode: 0 });
  const { acknowledged, recoveryMs, ...rest } = JSON.parse(stdout);
  expect(rest).toEqual({
    fault: 'redis-kill',
    seed: 7,
    lostAcknowledged: 0,
    violations: 0,
    falseSoldOut: 0,
    unanswered: 0,
    verdict: 'pass',
    reasons: [],
  });
  expect(acknowledged).toBeGreaterThan(100);
  expect(recoveryMs).toBeLessThanOrEqual(10_000);
  // Servers that were given are somebody's: it brings its own to break.
  expect(stderr).toMatch(/Redis runs on 127\.0\.0\.1:\d+/);
});
