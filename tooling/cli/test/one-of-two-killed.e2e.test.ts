import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { inspect } from '../src/judge/evidence.ts';
import { toldBy } from '../src/judge/history.ts';
import { type Call, isAcknowledged } from '../src/load/call.ts';
import { type Load, makeUsers } from '../src/load/load.ts';
import { runCrowd } from '../src/load/storm.ts';
import { readMetrics, sumOf } from '../src/servers/metrics.ts';
import { reportOn } from '../src/judge/report.ts';
import type { Stack } from '../src/stack/stack.ts';
import { openEvent } from '../src/load/target.ts';
import { runCommand } from './command.ts';
import { envOf, startGivenStack, tamper } from './stack-for-test.ts';

/** Users come in waves, each through a client of its own: about 130 a second, two calls each. */
const waveSize = 20;
const waveCount = 45;
const waveEveryMs = 150;
const userCount = waveSize * waveCount;
/** Less than there are users, so that both answers are given. */
const seatCount = 700;

const killAfterMs = 2_000;
/** Some waves; less than a call waits for its answer. */
const frozenMs = 3 * waveEveryMs;
/** So many answers the other one gives alone; on a quiet machine that takes 300 ms. */
const aloneCount = 2 * waveSize;

let stack: Stack;
beforeAll(async () => {
  stack = await startGivenStack({ processCount: 2, sharesPort: true });
});
afterEach(() => vi.unstubAllGlobals());
afterAll(() => stack[Symbol.asyncDispose]());

test('one of two processes on a port is killed under load: everybody is answered, nothing is lost', async () => {
  expect(stack.urls).toEqual([stack.url]);
  const eventId = await openEvent(stack, { seatCount });
  const cuts = countCuts();
  const load = startWaves(loadOf(eventId));
  await sleep(killAfterMs);
  // Whoever did nothing cannot be missed.
  expect(Math.min(...(await commitCounts()))).toBeGreaterThan(0);
  const [killed] = stack.apis;
  // Frozen first: what waves send to it is under way when it dies, however fast it was.
  killed?.child.kill('SIGSTOP');
  await sleep(frozenMs);
  expect(load.underWayCount()).toBeGreaterThan(0);
  await killed?.kill();
  const beforeCount = load.answeredCount();
  await expect
    .poll(() => load.answeredCount() - beforeCount, { timeout: 20_000 })
    .toBeGreaterThan(aloneCount);
  expect(killed?.child.isAlive()).toBe(false);
  await killed?.restart();

  const calls = await load.calls;
  const report = await reportOf(eventId, calls);
  expect(report).toMatchObject({
    users: userCount,
    confirmed: seatCount,
    refused: userCount - seatCount,
    errors: 0,
    unknown: 0,
    oversold: 0,
    violations: 0,
    lostAcknowledged: 0,
    verdict: 'pass',
  });
  // A kill that nobody notices proves nothing.
  expect(cuts()).toBeGreaterThan(0);
  expect((await runCommand(['audit'], envOf(stack))).exitCode).toBe(0);

  await tamper(stack, `delete from bookings where id = '${calls.find(isAcknowledged)?.bookingId}'`);
  expect(await reportOf(eventId, calls)).toMatchObject({ lostAcknowledged: 1, verdict: 'fail' });
});

test('the one that was started again takes its share', async () => {
  const before = await commitCounts();
  // Each user on a new connection of its own: all on one side has a chance of 2 in 2 to the 60th.
  const args = ['stress', '--url', stack.url, '--users', '60', '--seats', '100', '--json'];
  const { stdout } = await runCommand(args, envOf(stack));
  expect(JSON.parse(stdout)).toMatchObject({ confirmed: 60, verdict: 'pass' });
  const after = await commitCounts();
  expect(Math.min(...after.map((count, index) => count - (before[index] ?? 0)))).toBeGreaterThan(0);
});

function loadOf(eventId: string): Load {
  const users = makeUsers(stack, userCount);
  return { urls: stack.urls, eventId, users, onProgress: () => {} };
}

/** Counts the requests that got no answer, from now on. */
function countCuts(): () => number {
  const send = globalThis.fetch;
  let count = 0;
  vi.stubGlobal('fetch', (...request: Parameters<typeof fetch>) =>
    send(...request).catch((error: unknown) => {
      count += 1;
      throw error;
    }),
  );
  return () => count;
}

/** Lets the users come in waves, from now on. */
function startWaves(load: Load) {
  const startedAt = performance.now();
  const elapsedMs = () => performance.now() - startedAt;
  let arrivedCount = 0;
  let answeredCount = 0;
  const onProgress = () => void (answeredCount += 1);
  const wave = async (_: unknown, index: number): Promise<readonly Call[]> => {
    await sleep(index * waveEveryMs);
    const cameAtMs = elapsedMs();
    arrivedCount += waveSize;
    const users = load.users.slice(index * waveSize, (index + 1) * waveSize);
    const calls = await runCrowd({ ...load, users, onProgress });
    return calls.map(({ sentAtMs, answeredAtMs, ...call }) => ({
      ...call,
      arrivedAtMs: cameAtMs,
      sentAtMs: cameAtMs + sentAtMs,
      answeredAtMs: cameAtMs + answeredAtMs,
    }));
  };
  const waves = Promise.all(Array.from({ length: waveCount }, wave));
  return {
    answeredCount: () => answeredCount,
    underWayCount: () => arrivedCount - answeredCount,
    calls: waves.then((all) => all.flat()),
  };
}

/** The commits of each api process since it began. */
async function commitCounts(): Promise<readonly number[]> {
  const metrics = await readMetrics(stack.inside);
  return metrics.map((samples) => sumOf(samples, 'holdfast_commits_total'));
}

async function reportOf(eventId: string, calls: readonly Call[]) {
  const { databaseUrl } = stack;
  const evidence = await inspect({ databaseUrl, eventId, seatCount, told: toldBy(calls) });
  const findings = { mode: 'client', seats: seatCount, calls, evidence } as const;
  const unmeasured = { drift: null, secondWave: null };
  return reportOn({ ...findings, ...unmeasured, died: [], allowErrors: false }).report;
}
