import { figure, type Steps } from '@holdfast/command';
import type { Contestant } from './contestant.ts';
import type { Measurement } from './measurement.ts';
import type { BenchPlan, LoadName, RunPlan } from './plan.ts';
import { run } from './run.ts';
import type { Stand } from './stand.ts';

/** One run of the bench: what it does, on what, and who is told. */
export interface Session {
  readonly plan: BenchPlan;
  readonly stand: Stand;
  readonly steps: Steps;
}

/**
 * The runs of one round: forth in one, back in the next, so that none is always first, what changes
 * steadily disturbs all alike, and neighbours stay neighbours.
 */
export function orderOf(plan: BenchPlan, round: number): readonly RunPlan[] {
  const { runs, furtherRuns, furtherRoundCount } = plan;
  const all = round < furtherRoundCount ? [...runs, ...furtherRuns] : runs;
  return round % 2 === 0 ? all : all.toReversed();
}

/**
 * Runs everything once a round, interleaved: what disturbs the machine disturbs all alike. Ends the
 * contestants.
 */
export async function measureWays(
  session: Session,
  contestants: readonly Contestant[],
): Promise<readonly Measurement[]> {
  const { plan, steps } = session;
  await using all = endAfterwards(contestants);
  await warmUp(session, all.contestants);
  const measurements: Measurement[] = [];
  for (let round = 0; round < plan.roundCount; round += 1) {
    const begunMs = performance.now();
    for (const one of orderOf(plan, round)) {
      const contestant = contestants.find(({ name }) => name === one.subject);
      if (contestant === undefined) throw new Error(`Nobody started ${one.subject}.`);
      const title = `${round + 1}/${plan.roundCount} ${one.subject}, ${one.load}, ${one.connections} connections`;
      const among = 'ways';
      const durationMs = plan.runs.includes(one) ? plan.durationMs : plan.furtherMs;
      const turn = { contestant, round, among, durationMs, title } as const;
      measurements.push(await runOnce(session, one, turn));
    }
    const endedMs = performance.now();
    const runMs = (endedMs - begunMs) / orderOf(plan, round).length;
    const isLast = round + 1 === plan.roundCount;
    if (isLast || endedMs + runMs * plan.runs.length <= plan.roundsMsMax) continue;
    steps.note('This machine is slow or busy: there is no time for another round.');
    break;
  }
  return measurements;
}

const processLoads: readonly LoadName[] = ['hot', 'many'];

/** Runs the same load on one, two and more processes, interleaved. Ends them. */
export async function measureProcesses(
  session: Session,
  contestants: readonly Contestant[],
): Promise<readonly Measurement[]> {
  const { furtherRoundCount, durationMs } = session.plan;
  await using all = endAfterwards(contestants);
  await warmUp(session, all.contestants);
  const measurements: Measurement[] = [];
  for (let round = 0; round < furtherRoundCount; round += 1) {
    for (const load of processLoads) {
      for (const contestant of contestants) {
        const one = { subject: 'holdfast', load, connections: 100 };
        const title = `${round + 1}/${furtherRoundCount} ${contestant.servers.length} processes, ${load}`;
        const among = 'processes';
        const turn = { contestant, round, among, durationMs, title } as const;
        measurements.push(await runOnce(session, one, turn));
      }
    }
  }
  return measurements;
}

/**
 * Compiles the code, fills the pools, makes the tokens known: what is measured later is the rest. All
 * alike, since every rate is printed beside the others: Holdfast warm beside a cold way would be
 * three times too fast.
 */
async function warmUp(session: Session, contestants: readonly Contestant[]): Promise<void> {
  const { warmUpMs: durationMs } = session.plan;
  for (const contestant of contestants) {
    const one: RunPlan = { subject: contestant.name, load: 'hot', connections: 100 };
    const title = `warm-up: ${contestant.name}`;
    await runOnce(session, one, { contestant, round: 0, among: 'ways', durationMs, title });
  }
}

type Turn = Pick<Parameters<typeof run>[1], 'contestant' | 'round' | 'among' | 'durationMs'> & {
  readonly title: string;
};

function runOnce(
  { stand, steps }: Session,
  one: RunPlan,
  { title, ...turn }: Turn,
): Promise<Measurement> {
  return steps.step(title, () => run(one, { stand, ...turn }), resultOf);
}

/** One figure, for who watches. */
function resultOf(measurement: Measurement): string {
  const { refusalsPerSecond, bookingsPerSecond, readsPerSecond, judgement } = measurement;
  const unsafe = judgement?.isSafe === false ? ', NOT SAFE' : '';
  if (refusalsPerSecond !== null) return `${figure(refusalsPerSecond)} refusals/s${unsafe}`;
  if (readsPerSecond > 0) return `${figure(readsPerSecond)} reads/s${unsafe}`;
  return `${figure(bookingsPerSecond)} bookings/s${unsafe}`;
}

function endAfterwards(contestants: readonly Contestant[]) {
  const servers = contestants.flatMap((one) => one.servers);
  const end = () => Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
  return { contestants, [Symbol.asyncDispose]: async () => void (await end()) };
}
