import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { inspect, toldIn } from '../src/evidence.ts';
import { runClosedLoop } from '../src/load/closed-loop.ts';
import { runCrowd } from '../src/load/crowd.ts';
import type { History, Load } from '../src/load/load.ts';
import { readMetrics, sumOf } from '../src/metrics.ts';
import { reportOn } from '../src/report.ts';
import type { Stack } from '../src/stack.ts';
import { makeBuyers, openEvent } from '../src/target.ts';
import { runCommand } from './command.ts';
import { envOf, startGivenStack, tamper } from './stack-for-test.ts';

/** Buyers come in waves, each through a client of its own: about 130 a second, two calls each. */
const waveSize = 20;
const waveCount = 45;
const waveEveryMs = 150;
const userCount = waveSize * waveCount;
/** Less than there are buyers, so that both answers are given. */
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
  const eventId = await openEvent(stack, 'Two on one port', seatCount);
  const cuts = countCuts();
  const load = startWaves(await loadOf(eventId, userCount));
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

  const history = await load.history;
  const report = await reportOf(eventId, history);
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

  await tamper(stack, `delete from bookings where id = '${oneOf(history, 'confirmed')}'`);
  expect(await reportOf(eventId, history)).toMatchObject({ lostAcknowledged: 1, verdict: 'fail' });
});

test('the one that was started again takes its share', async () => {
  const eventId = await openEvent(stack, 'Together again', 100);
  const before = await commitCounts();
  // Each buyer on a connection of its own: all on one side has a chance of 2 in 2 to the 60th.
  const history = await runClosedLoop(await loadOf(eventId, 60));
  expect(await reportOf(eventId, history, 100)).toMatchObject({ confirmed: 60, verdict: 'pass' });
  const after = await commitCounts();
  expect(Math.min(...after.map((count, index) => count - (before[index] ?? 0)))).toBeGreaterThan(0);
});

async function loadOf(eventId: string, count: number): Promise<Load> {
  const buyers = await makeBuyers(stack, count);
  return { urls: stack.urls, eventId, buyers, answerTimeoutMs: 20_000, onProgress: () => {} };
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

/** Lets the buyers come in waves, from now on. */
function startWaves(load: Load) {
  const startedAt = performance.now();
  const elapsedMs = () => performance.now() - startedAt;
  let arrivedCount = 0;
  let answeredCount = 0;
  const onProgress = () => void (answeredCount += 1);
  const wave = async (_: unknown, index: number): Promise<History> => {
    await sleep(index * waveEveryMs);
    const cameAtMs = elapsedMs();
    arrivedCount += waveSize;
    const buyers = load.buyers.slice(index * waveSize, (index + 1) * waveSize);
    const outcomes = await runCrowd({ ...load, buyers, onProgress });
    return outcomes.map(({ sentAtMs, answeredAtMs, ...outcome }) => ({
      ...outcome,
      arrivedAtMs: cameAtMs,
      sentAtMs: cameAtMs + sentAtMs,
      answeredAtMs: cameAtMs + answeredAtMs,
    }));
  };
  const waves = Promise.all(Array.from({ length: waveCount }, wave));
  return {
    answeredCount: () => answeredCount,
    underWayCount: () => arrivedCount - answeredCount,
    history: waves.then((all) => all.flat()),
  };
}

/** The commits of each api process since it began. */
async function commitCounts(): Promise<readonly number[]> {
  const { apiAdminUrls, adminToken } = stack.inside;
  const metrics = await Promise.all(apiAdminUrls().map((url) => readMetrics(url, adminToken)));
  return metrics.map((samples) => sumOf(samples, 'holdfast_commits_total'));
}

async function reportOf(eventId: string, history: History, seats = seatCount) {
  const { databaseUrl } = stack;
  const told = toldIn(history);
  const evidence = await inspect({ databaseUrl, eventId, seatCount: seats, told });
  const findings = { mode: 'client', seats, history, evidence } as const;
  const unmeasured = { drift: null, secondWave: null };
  return reportOn({ ...findings, ...unmeasured, died: [], allowErrors: false }).report;
}

function oneOf(history: History, status: 'confirmed'): string {
  const found = history.find(({ answer }) => answer.status === status);
  if (found === undefined) throw new Error(`Nobody is ${status}.`);
  return found.buyer.bookingId;
}
