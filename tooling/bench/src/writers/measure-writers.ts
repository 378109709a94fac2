import { fileURLToPath } from 'node:url';
import { figure, percentile, type Steps, sum } from '@holdfast/command';
import { type Child, startChild } from '../child.ts';
import { type Judgement, judge } from '../judge.ts';
import { openEvents } from '../load/events.ts';
import type { BenchPlan } from '../plan.ts';
import type { Place } from '../stand.ts';
import { holdfast } from '../ways/holdfast.ts';
import type { WriterFunctions } from './write.ts';

export interface WritersMeasurement {
  readonly round: number;
  readonly writerCount: number;
  readonly seatsPerSecond: number;
  /** Of a commit of 50 seats. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly contendedCount: number;
  readonly judgement: Judgement;
}

type Writer = Child<WriterFunctions>;

const entry = fileURLToPath(new URL('./write.ts', import.meta.url));
const seatCount = 10_000_000;

/** Several processes that commit groups of 50 on one event, without server or admission. */
export async function measureWriters(
  place: Place,
  plan: BenchPlan,
  steps: Steps,
): Promise<readonly WritersMeasurement[]> {
  if (plan.writerCounts.length === 0) return [];
  await using started = new AsyncDisposableStack();
  const writers = Array.from({ length: Math.max(...plan.writerCounts) }, () =>
    started.use<Writer>(startChild({ name: 'A writer', entry, args: [place.databaseUrl] })),
  );
  await writeFor(place, writers, plan.warmUpMs);
  const measurements: WritersMeasurement[] = [];
  for (let round = 0; round < plan.roundCount; round += 1) {
    for (const writerCount of plan.writerCounts) {
      const measured = await steps.step(
        `${round + 1}/${plan.roundCount} ${writerCount} writers, one event`,
        () => writeFor(place, writers.slice(0, writerCount), plan.durationMs),
        ({ seatsPerSecond }) => `${figure(seatsPerSecond)} seats/s`,
      );
      measurements.push({ round, writerCount, ...measured });
    }
  }
  return measurements;
}

async function writeFor(
  { database }: Place,
  writers: readonly Writer[],
  durationMs: number,
): Promise<Omit<WritersMeasurement, 'round' | 'writerCount'>> {
  const eventIds = await openEvents(database, { count: 1, seatCount });
  const [eventId = ''] = eventIds;
  const written = await Promise.all(writers.map(({ remote }) => remote.write(eventId, durationMs)));
  const latencies = written.flatMap(({ latenciesMs }) => latenciesMs).toSorted((a, b) => a - b);
  return {
    seatsPerSecond: sum(written.map((one) => (one.seatCount * 1_000) / one.tookMs)),
    p50Ms: percentile(latencies, 50),
    p99Ms: percentile(latencies, 99),
    contendedCount: sum(written.map((one) => one.contendedCount)),
    judgement: await judge(database, holdfast, { eventIds, acknowledgedIds: [] }),
  };
}
