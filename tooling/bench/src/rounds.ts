import { figure, type Steps } from '@holdfast/command';
import type { Contestant } from './contestant.ts';
import type { Measurement } from './measurement.ts';
import type { BenchPlan, RunPlan } from './plan.ts';
import { run } from './run.ts';
import type { Stand } from './stand.ts';

/**
 * The runs of one round: forth in one, back in the next, so that none is always first, what changes
 * steadily disturbs all alike, and neighbours stay neighbours.
 */
export function orderOf(plan: BenchPlan, round: number): readonly RunPlan[] {
  const { runs, furtherRuns, furtherRoundCount } = plan;
  const all = round < furtherRoundCount ? [...runs, ...furtherRuns] : runs;
  return round % 2 === 0 ? all : all.toReversed();
}

const among = 'ways';

interface RoundParts {
  readonly plan: BenchPlan;
  readonly stand: Stand;
  readonly contestants: readonly Contestant[];
  readonly steps: Steps;
}

/** Runs everything once a round, interleaved: what disturbs the machine disturbs all alike. */
export async function runRounds(parts: RoundParts): Promise<readonly Measurement[]> {
  const { plan, steps } = parts;
  const measurements: Measurement[] = [];
  for (let round = 0; round < plan.roundCount; round += 1) {
    const begunMs = performance.now();
    measurements.push(...(await runRound(parts, round)));
    const endedMs = performance.now();
    const runMs = (endedMs - begunMs) / orderOf(plan, round).length;
    const isLast = round + 1 === plan.roundCount;
    if (isLast || endedMs + runMs * plan.runs.length <= plan.roundsMsMax) continue;
    steps.note('This machine is slow or busy: there is no time for another round.');
    break;
  }
  return measurements;
}

async function runRound(
  { plan, stand, contestants, steps }: RoundParts,
  round: number,
): Promise<readonly Measurement[]> {
  const measurements: Measurement[] = [];
  for (const one of orderOf(plan, round)) {
    const contestant = contestants.find(({ name }) => name === one.subject);
    if (contestant === undefined) throw new Error(`Nobody started ${one.subject}.`);
    const { durationMs, roundCount } = plan;
    const title = `${round + 1}/${roundCount} ${one.subject}, ${one.load}, ${one.connections} connections`;
    const parts = { stand, contestant, round, among, durationMs } as const;
    measurements.push(await steps.step(title, () => run(one, parts), resultOf));
  }
  return measurements;
}

/** One figure, for who watches. */
export function resultOf(measurement: Measurement): string {
  const { refusalsPerSecond, bookingsPerSecond, readsPerSecond, judgement } = measurement;
  const [rate, what] =
    refusalsPerSecond !== null
      ? ([refusalsPerSecond, 'refusals/s'] as const)
      : readsPerSecond > 0
        ? ([readsPerSecond, 'reads/s'] as const)
        : ([bookingsPerSecond, 'bookings/s'] as const);
  const unsafe = judgement?.isSafe === false ? ', NOT SAFE' : '';
  return `${figure(rate)} ${what}${unsafe}`;
}

/**
 * Compiles the code, fills the pools, makes the tokens known: what is measured later is the rest. All
 * alike, since every rate is printed beside the others: Holdfast warm beside a cold way would be
 * three times too fast.
 */
export async function warmUp({ plan, stand, contestants, steps }: RoundParts): Promise<void> {
  for (const contestant of contestants) {
    const one: RunPlan = { subject: contestant.name, load: 'hot', connections: 100 };
    const parts = { stand, contestant, round: 0, among, durationMs: plan.warmUpMs } as const;
    await steps.step(`warm-up: ${contestant.name}`, () => run(one, parts), resultOf);
  }
}
