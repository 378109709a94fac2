import { setTimeout as sleep } from 'node:timers/promises';
import { createHoldfastClient } from '@holdfast/client';
import { expect, test } from 'vitest';
import { makeUsers } from '../src/load/load.ts';
import { openEvent } from '../src/load/target.ts';
import { runCommand, startCommand } from './command.ts';
import { envOf, startGivenStack } from './stack-for-test.ts';

test('kill -9 of the api in the middle of a load: nothing acknowledged is lost, and a new one goes on', async () => {
  await using stack = await startGivenStack();
  const load = startCommand(
    [
      'stress',
      '--url',
      stack.url,
      '--rate',
      '150',
      '--duration',
      '6',
      '--seats',
      '700',
      '--json',
      '--allow-errors',
    ],
    envOf(stack),
  );
  await expect.poll(load.stderr, { timeout: 20_000, interval: 20 }).toContain('seats is on sale');
  await sleep(1_000);
  const [api] = stack.apis;
  await api?.kill();
  await api?.restart();

  const exitCode = await load.exited;
  expect({ exitCode, stderr: load.stderr() }).toMatchObject({ exitCode: 0 });
  const report = JSON.parse(load.stdout());
  expect(report).toMatchObject({
    users: 900,
    oversold: 0,
    violations: 0,
    lostAcknowledged: 0,
    verdict: 'pass',
  });
  expect(report.errors).toBeGreaterThan(0);
  expect(report.confirmed).toBeGreaterThan(0);
  expect(report.confirmed + report.refused + report.errors + report.unknown).toBe(900);

  const eventId = await openEvent(stack, { seatCount: 1 });
  const [user] = makeUsers(stack, 1);
  const client = createHoldfastClient({ url: stack.url, token: user?.token ?? '' });
  expect(await client.booking.book({ eventId, quantity: 1 })).toMatchObject({
    status: 'confirmed',
  });
  expect((await runCommand(['audit'], envOf(stack))).exitCode).toBe(0);
});
