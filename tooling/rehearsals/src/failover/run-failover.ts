import { ordinaryStack, runFault, type Stack, startStackOn } from '@holdfast/cli/parts';
import { startServices } from '@holdfast/services';
import type { Watching } from '../rehearsal.ts';
import { tellLost } from '../tell-lost.ts';
import { startPairByHand } from './by-hand.ts';
import { type Campaign, campaignOf, type Run } from './campaign.ts';
import type { Pair } from './pair.ts';
import { startPairWithPatroni } from './patroni/with-patroni.ts';
import { primaryKilled, primaryKilledUnheard } from './primary-killed.ts';

interface FailoverPlan {
  readonly runCount: number;
  readonly seed: number;
  /** So long clients wait for an attempt. */
  readonly patienceMs: number | undefined;
}

/** So long the load is steady before the kill. */
const steadyMs = 3_000;

const processCount = 2;

/** What one kill needs. */
interface Act {
  readonly stack: Stack;
  readonly killed: ReturnType<typeof primaryKilled>;
  readonly seed: number;
  readonly patienceMs: number | undefined;
}

/**
 * Kills the primary so often, and promotes with nothing but SQL. Every second time the standby has heard nothing
 * for a while. Then it does so once more where no commit waits for the standby.
 */
export async function failOverByHand(plan: FailoverPlan, watching: Watching): Promise<Campaign> {
  const { runCount, seed, patienceMs } = plan;
  const { steps } = watching;
  await using pair = await steps.step('A primary and its standby are up', startPairByHand);
  await using stack = await startOn(pair, watching);
  const kill = (index: number) => (index % 2 === 0 ? primaryKilled : primaryKilledUnheard)(pair);
  const runs = await runAll({ plan, pair, stack, kill }, watching);
  steps.note('The control: no commit waits for the standby');
  await pair.makeAsynchronous();
  const killed = primaryKilledUnheard(pair);
  const control = await runOnce({ stack, killed, seed: seed + runCount, patienceMs }, watching);
  return campaignOf({ seed, runs, control });
}

/** Kills the primary so often, and lets Patroni do the rest. */
export async function failOverWithPatroni(
  plan: FailoverPlan,
  watching: Watching,
): Promise<Campaign> {
  const title = 'etcd, HAProxy, and two PostgreSQL with Patroni are up';
  await using pair = await watching.steps.step(title, startPairWithPatroni);
  await using stack = await startOn(pair, watching);
  const runs = await runAll({ plan, pair, stack, kill: () => primaryKilled(pair) }, watching);
  return campaignOf({ seed: plan.seed, runs, control: null });
}

/** A campaign takes long, and what it has found so far should not be lost with it. */
function sentenceOf({ detailed: { report, oversold } }: Run): string {
  const { acknowledged, lostAcknowledged, violations, recoveryMs } = report;
  return `${acknowledged} acknowledged, ${lostAcknowledged} lost, ${oversold} sold twice, ${violations} violations, back after ${recoveryMs} ms`;
}

interface Course {
  readonly plan: FailoverPlan;
  readonly pair: Pair;
  readonly stack: Stack;
  readonly kill: (index: number) => Act['killed'];
}

async function runAll(course: Course, watching: Watching): Promise<readonly Run[]> {
  const { plan, pair, stack, kill } = course;
  const { steps } = watching;
  const { patienceMs } = plan;
  steps.note(`Seed ${plan.seed}`);
  const runs: Run[] = [];
  for (let index = 0; index < plan.runCount; index += 1) {
    steps.note(`Run ${index + 1} of ${plan.runCount}`);
    const act = { stack, killed: kill(index), seed: plan.seed + index, patienceMs };
    const run = await runOnce(act, watching);
    steps.note(sentenceOf(run));
    await tellLost(run.detailed, stack.databaseUrl, watching);
    const title = 'The former primary comes back';
    const also = index === 0 ? await steps.step(title, () => pair.bringFormerBack()) : [];
    runs.push({ ...run, also });
    await steps.step('The primary has a standby again', () => pair.addStandby());
  }
  return runs;
}

async function runOnce({ stack, killed, seed, patienceMs }: Act, watching: Watching) {
  const { fault, promotion } = killed;
  const detailed = await runFault(stack, { fault, seed, steadyMs, patienceMs }, watching);
  return { detailed, promotion: promotion(), also: [] };
}

/** Everything but PostgreSQL, which is the pair. Redis ends with the stack. */
async function startOn({ url: databaseUrl }: Pair, { steps }: Watching): Promise<Stack> {
  await using started = new AsyncDisposableStack();
  const redis = await steps.step('Redis is up', () =>
    startServices({ directory: null, postgres: false }),
  );
  started.defer(() => redis.stop());
  const services = { ...redis, databaseUrl };
  const plan = { ...ordinaryStack, processCount, redis: 'required', steps } as const;
  const stack = started.use(await startStackOn(services, plan));
  const all = started.move();
  return { ...stack, [Symbol.asyncDispose]: () => all.disposeAsync() };
}
