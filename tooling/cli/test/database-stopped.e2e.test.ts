import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceHandle } from '@holdfast/services';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inspect } from '../src/judge/evidence.ts';
import { toldBy } from '../src/judge/history.ts';
import { reportOn } from '../src/judge/report.ts';
import type { Stack } from '../src/stack/stack.ts';
import { makeUsers } from '../src/load/load.ts';
import { runOpenLoop } from '../src/load/storm.ts';
import { openEvent } from '../src/load/target.ts';
import { startOwnStack } from './stack-for-test.ts';

const ratePerSecond = 60;
const loadSeconds = 9;
const outageMs = 5_000;
const seatCount = 10_000;

/** What an api may say while its database is away: nothing about its inside, and nothing untyped. */
const typedFaults = ['database_unavailable', 'contended', 'overloaded', 'deadline_exceeded'];

let stack: Stack;
beforeAll(async () => {
  stack = await startOwnStack();
});
afterAll(() => stack[Symbol.asyncDispose]());

const stopAndStart = async (postgres: ServiceHandle) => {
  await postgres.stop();
  await sleep(outageMs);
  await postgres.restart();
};

const freezeAndThaw = async (postgres: ServiceHandle) => {
  postgres.kill('SIGSTOP');
  await sleep(outageMs);
  postgres.kill('SIGCONT');
};

test.each([
  { how: 'stopped and started again', outage: stopAndStart },
  { how: 'frozen and thawed', outage: freezeAndThaw },
])(
  'PostgreSQL is $how under load: typed 503s, no crash, recovery by itself, nothing lost',
  async ({ outage }) => {
    const { postgres } = stack.services;
    if (postgres === null) throw new Error('this test stops a PostgreSQL of its own');
    const eventId = await openEvent(stack, { seatCount });
    const users = makeUsers(stack, ratePerSecond * loadSeconds);
    const { urls, databaseUrl } = stack;
    const load = runOpenLoop({ urls, eventId, users, onProgress: () => {} }, ratePerSecond);
    await sleep(1_000);

    const isOver = outage(postgres);
    await sleep(200);
    // A question leaves nothing in doubt, so it has to be a 503; a command may also be `unknown`.
    const away = await askForEvent(eventId);
    expect(away).toMatchObject({ status: 503, retryAfter: expect.stringMatching(/^[1-9]\d*$/) });
    expect(typedFaults).toContain(away.fault);
    await isOver;

    const calls = await load;
    await expect.poll(() => askForEvent(eventId)).toMatchObject({ status: 200 });
    const running = [...stack.apis, stack.worker].map(({ child }) => child.isAlive());
    expect(running).toEqual([true, true]);

    const evidence = await inspect({ databaseUrl, eventId, seatCount, told: toldBy(calls) });
    const { report, tally } = reportOn({
      mode: 'open_loop',
      seats: seatCount,
      calls,
      evidence,
      drift: null,
      secondWave: null,
      died: [],
      allowErrors: true,
    });
    expect(report).toMatchObject({
      verdict: 'pass',
      oversold: 0,
      violations: 0,
      lostAcknowledged: 0,
    });
    expect(typedFaults).toEqual(expect.arrayContaining(Object.keys(tally.errorsByCause)));
    expect(report.confirmed).toBeGreaterThan(ratePerSecond / 2);
    // The outage was felt: a load that does not notice it proves nothing.
    const waitedLongest = report.latencyMs.max ?? 0;
    expect(report.errors + report.unknown > 0 || waitedLongest > outageMs / 2).toBe(true);
  },
);

/** Asks once for the event, and tells what the api said. */
async function askForEvent(eventId: string) {
  const input = encodeURIComponent(JSON.stringify({ eventId }));
  const response = await fetch(`${stack.url}/trpc/event.get?input=${input}`);
  const answer: { error?: { data?: { fault?: string } } } = JSON.parse(await response.text());
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    fault: answer.error?.data?.fault ?? null,
  };
}
