import { setTimeout as sleep } from 'node:timers/promises';
import { type Evidence, inspect } from '../evidence.ts';
import { unlessInterrupted } from '../interruption.ts';
import type { Stack } from '../stack.ts';
import type { Steps } from '../steps.ts';
import { readAdmission } from './admission-at-work.ts';
import { type Call, steadyAnswersOf } from './call.ts';
import { makeCallers } from './callers.ts';
import type { Fault, Scene } from './fault.ts';
import { toldBy } from './history.ts';
import { randomFrom } from './random.ts';
import { recoveryMs, type Timeline } from './recovery.ts';
import { chaosReportOn, type DetailedChaosReport } from './report.ts';
import { eventsOf, openStage, type StageEvent } from './stage.ts';
import { claimsPerSecond, startTraffic, type Traffic } from './traffic.ts';

/** One fault, and how long it is looked at. */
export interface ChaosPlan {
  readonly fault: Fault;
  readonly seed: number;
  /** So long the load is steady before the fault, and goes on after it at least. */
  readonly steadyMs: number;
}

interface Watch {
  readonly steps: Steps;
  /** Aborts on Ctrl-C. */
  readonly stop: AbortSignal;
}

const callerCount = 40;
/** Before the rate is measured: connections are opened, code is compiled. */
const warmUpMs = 1_000;
const lookEveryMs = 200;
/** So much longer than the service may take to recover, it is watched. */
const patienceMs = 2_000;

/**
 * Puts a steady load on fresh events, injects a fault, heals it, waits until the service is what
 * it was before, and then asks the database what is true.
 *
 * @example
 * const { report } = await runFault(stack, { fault: redisKill, seed: 7, steadyMs: 3_000 }, { steps, stop });
 * report.verdict // 'pass'
 */
export async function runFault(
  stack: Stack,
  plan: ChaosPlan,
  { steps, stop }: Watch,
): Promise<DetailedChaosReport> {
  const { fault, seed } = plan;
  const random = randomFrom(seed);
  const stage = await openStage(stack);
  const callers = await makeCallers(stack, callerCount);
  const scene: Scene = { stack, stage, random };
  const observed = await steps.step(fault.title, () =>
    observe(scene, plan, { traffic: startTraffic({ stage, callers, random }), stop }),
  );
  return steps.step('Audit', async () => {
    const also = (await fault.alsoHolds?.(scene)) ?? [];
    const broken = [...observed.broken, ...also, ...deadReasons(stack)];
    const events = eventsOf(stage);
    const evidence = await evidenceOf(stack, events, observed.calls);
    return chaosReportOn({ ...observed, fault, seed, events, evidence, broken });
  });
}

/** Whatever the fault had killed was started again by now. */
function deadReasons({ apis, worker }: Stack): readonly string[] {
  return [...apis, worker]
    .filter(({ child }) => !child.isAlive())
    .map(({ name }) => `The ${name} ended by itself.`);
}

interface Observed {
  readonly calls: readonly Call[];
  readonly timeline: Timeline;
  readonly endedAtMs: number;
  readonly refusedEarlyCount: number;
  readonly broken: readonly string[];
}

interface Underway {
  readonly traffic: Traffic;
  readonly stop: AbortSignal;
}

async function observe(scene: Scene, plan: ChaosPlan, underway: Underway): Promise<Observed> {
  const { traffic, stop } = underway;
  try {
    return await unlessInterrupted(stop, faultAndRecovery(scene, plan, underway));
  } finally {
    const stopped = traffic.stop();
    if (stop.aborted) {
      // Nobody waits for answers any more, and nothing that is stopped now for a frozen Redis.
      stopped.catch(() => {});
      scene.stack.services.redis?.kill('SIGCONT');
    } else await stopped;
  }
}

async function faultAndRecovery(
  scene: Scene,
  { fault, steadyMs }: ChaosPlan,
  { traffic, stop }: Underway,
): Promise<Observed> {
  const { stack } = scene;
  // After Ctrl-C everything is being stopped: nothing may be injected or healed then.
  const pass = (ms: number) => sleep(ms, undefined, { signal: stop });
  const earlyAtFirst = (await readAdmission(stack)).refusedEarlyCount;
  await pass(warmUpMs);
  const steadyAtMs = traffic.elapsedMs();
  await pass(steadyMs);
  const refusedEarlyCount = (await readAdmission(stack)).refusedEarlyCount - earlyAtFirst;
  const injectedAtMs = traffic.elapsedMs();
  await fault.inject(scene);
  const [found = []] = await Promise.all([fault.whileItHolds?.(scene), pass(fault.holdsMs)]);
  stop.throwIfAborted();
  const healedAtMs = traffic.elapsedMs();
  const timeline = { steadyAtMs, injectedAtMs, healedAtMs, sentPerSecond: claimsPerSecond };
  await fault.heal(scene);
  const missing = await untilRecovered({ scene, fault, traffic, timeline, steadyMs, stop });
  const endedAtMs = traffic.elapsedMs();
  await traffic.stop();
  const broken = [...idleReasons(refusedEarlyCount), ...found, ...missing];
  return { calls: traffic.calls, timeline, endedAtMs, refusedEarlyCount, broken };
}

/** A fault of what nobody used proves nothing. */
function idleReasons(refusedEarlyCount: number): readonly string[] {
  if (refusedEarlyCount > 0) return [];
  return ['Before the fault nobody was refused without PostgreSQL: admission was not at work.'];
}

interface Recovery {
  readonly scene: Scene;
  readonly fault: Fault;
  readonly traffic: Traffic;
  readonly timeline: Timeline;
  readonly steadyMs: number;
  readonly stop: AbortSignal;
}

/**
 * Waits until the rate is back and every process admits and refuses through Redis again, for a
 * little longer than that may take. Answers a sentence where admission is not at work then.
 */
async function untilRecovered(recovery: Recovery): Promise<readonly string[]> {
  const { scene, fault, traffic, timeline, steadyMs, stop } = recovery;
  const { healedAtMs } = timeline;
  const leastMs = healedAtMs + steadyMs;
  const mostMs = healedAtMs + Math.max(steadyMs, fault.recoveryMsMax + patienceMs);
  const first = await readAdmission(scene.stack);
  for (;;) {
    const nowMs = traffic.elapsedMs();
    const decidedAtMs = steadyAnswersOf(traffic.calls);
    const isBack = recoveryMs(decidedAtMs, timeline, nowMs) !== null;
    const now = await readAdmission(scene.stack);
    const isAtWork = now.isUp && now.refusedEarlyCount > first.refusedEarlyCount;
    if (nowMs >= leastMs && isBack && isAtWork) return [];
    if (nowMs >= mostMs) return isAtWork ? [] : [stillOff(nowMs - healedAtMs)];
    await sleep(lookEveryMs, undefined, { signal: stop });
  }
}

function stillOff(afterMs: number): string {
  return `Admission was not at work again ${Math.round(afterMs / 1_000)} s after the fault.`;
}

async function evidenceOf(
  { databaseUrl }: Stack,
  events: readonly StageEvent[],
  calls: readonly Call[],
): Promise<readonly (Evidence | null)[]> {
  const byEvent = Map.groupBy(calls, ({ eventId }) => eventId);
  const found: (Evidence | null)[] = [];
  for (const { eventId, seatCount } of events) {
    const told = toldBy(byEvent.get(eventId) ?? []);
    found.push(await inspect({ databaseUrl, eventId, seatCount, told }));
  }
  return found;
}
