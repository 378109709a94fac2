import { setTimeout as sleep } from 'node:timers/promises';
import { unlessInterrupted } from '@holdfast/command';
import { admissionLimits } from '@holdfast/redis';
import { type Evidence, inspect } from '../judge/evidence.ts';
import { countOrders, toldBy } from '../judge/history.ts';
import { refusalsIn } from '../judge/second-wave.ts';
import type { Watch } from '../judge/trial.ts';
import type { Call } from '../load/call.ts';
import { readMetricsWhereUp, sumOf } from '../servers/metrics.ts';
import type { Stack } from '../stack/stack.ts';
import type { Fault, Scene } from './fault.ts';
import { randomFrom } from '@holdfast/command/random-from';
import { recoveryMs, steadyAnswersOf, type Timeline } from './recovery.ts';
import { type ChaosFindings, chaosReportOn, type DetailedChaosReport } from './report.ts';
import { openStage, type Stage, type StageEvent } from './stage.ts';
import {
  claimsPerSecondDefault,
  patienceMsByDefault,
  startTraffic,
  type Traffic,
} from './traffic.ts';

interface ChaosPlan {
  readonly fault: Fault;
  readonly seed: number;
  /** So long the load is steady before the fault, and goes on after it at least. */
  readonly steadyMs: number;
  /** So long clients wait for an attempt. Left out: as the fault has it. */
  readonly patienceMs?: number | undefined;
  /** Left out: as one PostgreSQL keeps up with. */
  readonly claimsPerSecond?: number;
  /** Opens the events of the load where it matters which; left out: any. */
  readonly openStage?: (stack: Stack) => Promise<Stage>;
}

/** Before the rate is measured: connections are opened, code is compiled. */
const warmUpMs = 1_000;
const lookEveryMs = 200;
/** So much longer than the service may take to recover, it is watched. */
const patienceMs = 2_000;
/**
 * Redis may hear of a fence only when it goes on, long after its cancel was answered. Nobody lowers that
 * one, and until it lapses nobody is refused early at its event.
 */
const lateFenceMs = admissionLimits.fenceDurationMs + patienceMs;

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
  const { fault, seed, claimsPerSecond } = plan;
  const attemptMs = plan.patienceMs ?? (fault.isSilent ? patienceMsByDefault : undefined);
  const random = randomFrom(seed);
  const stage = await (plan.openStage ?? openStage)(stack);
  const scene: Scene = { stack, stage, random };
  const load = { target: stack, stage, random, patienceMs: attemptMs, claimsPerSecond };
  const observed = await steps.step(fault.title, () =>
    observe({ scene, plan, stop, traffic: startTraffic(load) }),
  );
  return steps.step('Audit', async () => {
    const also = (await fault.alsoHolds?.(scene)) ?? [];
    // Whatever the fault had killed was started again by now.
    const dead = stack.inside.died().map((name) => `The ${name} ended by itself.`);
    const broken = [...observed.broken, ...also, ...dead];
    const evidence = await evidenceOf(stack, stage.all, observed.calls);
    return chaosReportOn({ ...observed, fault, seed, events: stage.all, evidence, broken });
  });
}

type Observed = Pick<
  ChaosFindings,
  'calls' | 'timeline' | 'endedAtMs' | 'refusedEarlyCount' | 'broken'
>;

interface Run {
  readonly scene: Scene;
  readonly plan: ChaosPlan;
  readonly traffic: Traffic;
  readonly stop: AbortSignal;
}

async function observe(run: Run): Promise<Observed> {
  const { scene, traffic, stop } = run;
  try {
    return await unlessInterrupted(stop, faultAndRecovery(run));
  } finally {
    const stopped = traffic.stop();
    if (stop.aborted) {
      // Nobody waits for answers any more, and nothing that is stopped now for a frozen Redis.
      stopped.catch(() => {});
      scene.stack.services.redis?.kill('SIGCONT');
    } else await stopped;
  }
}

async function faultAndRecovery(run: Run): Promise<Observed> {
  const { scene, plan, traffic, stop } = run;
  const { fault, steadyMs } = plan;
  // After Ctrl-C everything is being stopped: nothing may be injected or healed then.
  const pass = (ms: number) => sleep(ms, undefined, { signal: stop });
  const earlyAtFirst = (await readAdmission(scene.stack)).refusedEarlyCount;
  await pass(warmUpMs);
  const steadyAtMs = traffic.elapsedMs();
  await pass(steadyMs);
  const refusedEarlyCount = (await readAdmission(scene.stack)).refusedEarlyCount - earlyAtFirst;
  const injectedAtMs = traffic.elapsedMs();
  await fault.inject(scene);
  const [found = []] = await Promise.all([fault.whileItHolds?.(scene), pass(fault.holdsMs)]);
  stop.throwIfAborted();
  const healedAtMs = traffic.elapsedMs();
  const { claimsPerSecond: sentPerSecond = claimsPerSecondDefault } = plan;
  const timeline = { steadyAtMs, injectedAtMs, healedAtMs, sentPerSecond };
  await fault.heal(scene);
  const missing = await untilRecovered(run, timeline);
  const endedAtMs = traffic.elapsedMs();
  await traffic.stop();
  // A fault of what nobody used proves nothing.
  const idle =
    refusedEarlyCount > 0
      ? []
      : ['Before the fault nobody was refused without PostgreSQL: admission was not at work.'];
  const orderless = countOrders(traffic.calls) > 0 ? [] : ['No order was acknowledged.'];
  const broken = [...idle, ...orderless, ...found, ...missing];
  return { calls: traffic.calls, timeline, endedAtMs, refusedEarlyCount, broken };
}

/**
 * Waits until the rate is back and every process admits and refuses through Redis again, for a
 * little longer than that may take. Answers a sentence where admission is not at work then.
 */
async function untilRecovered(
  { scene, plan, traffic, stop }: Run,
  timeline: Timeline,
): Promise<readonly string[]> {
  const { fault, steadyMs } = plan;
  const { healedAtMs } = timeline;
  const mostMs = Math.max(steadyMs, fault.recoveryMsMax + patienceMs, lateFenceMs);
  const first = await readAdmission(scene.stack);
  for (;;) {
    const nowMs = traffic.elapsedMs();
    const sinceMs = nowMs - healedAtMs;
    const isBack = recoveryMs(steadyAnswersOf(traffic.calls), timeline, nowMs) !== null;
    const now = await readAdmission(scene.stack);
    const isAtWork = now.isUp && now.refusedEarlyCount > first.refusedEarlyCount;
    if (isAtWork && ((sinceMs >= steadyMs && isBack) || sinceMs >= mostMs)) return [];
    if (sinceMs >= mostMs) {
      const seconds = Math.round(sinceMs / 1_000);
      return [`Admission was not at work again ${seconds} s after the fault.`];
    }
    await sleep(lookEveryMs, undefined, { signal: stop });
  }
}

/** Has every api process Redis' answer to go by, and how many has it refused without PostgreSQL? */
async function readAdmission({ inside }: Stack) {
  const processes = await readMetricsWhereUp(inside);
  return {
    isUp: processes.every((samples) => sumOf(samples, 'holdfast_admission_up') === 1),
    refusedEarlyCount: refusalsIn(processes.flat()).early,
  };
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
