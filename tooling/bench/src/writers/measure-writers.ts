import { fileURLToPath } from 'node:url';
import { figure, percentile, type Steps, sum } from '@holdfast/command';
import { type Child, startChild } from '../child.ts';
import { type Judgement, judge } from '../judge.ts';
import { openEvents } from '../load/events.ts';
import type { BenchPlan } from '../plan.ts';
import type { Place } from '../stand.ts';
import { holdfast } from '../ways/holdfast.ts';

/** What a writer is to do: book on this event for so long. */
export interface WriterOrder {
  readonly eventId: string;
  readonly durationMs: number;
}

/** What a writer did. */
export interface Written {
  readonly seatCount: number;
  /** Groups that were given up because others were faster, four times in a row. */
  readonly contendedCount: number;
  readonly tookMs: number;
  readonly latenciesMs: readonly number[];
}

/** So many processes, one event, in one round. */
export interface WritersMeasurement {
  readonly round: number;
  readonly writerCount: number;
  readonly seatsPerSecond: number;
  readonly p99Ms: number | null;
  readonly contendedCount: number;
  readonly judgement: Judgement;
}

const entry = fileURLToPath(new URL('./write.ts', import.meta.url));
const seatCount = 10_000_000;
const writerTimeoutMs = 60_000;

/** Several processes that commit groups of 50 on one event, without server or admission. */
export async function measureWriters(
  place: Place,
  plan: BenchPlan,
  steps: Steps,
): Promise<readonly WritersMeasurement[]> {
  await using started = new AsyncDisposableStack();
  const writers = await Promise.all(
    Array.from({ length: Math.max(...plan.writerCounts) }, () => startWriter(place, started)),
  );
  await writeFor(place, writers, plan.warmUpMs);
  const measurements: WritersMeasurement[] = [];
  for (let round = 0; round < plan.roundCount; round += 1) {
    for (const writerCount of plan.writerCounts) {
      const title = `${round + 1}/${plan.roundCount} ${writerCount} writers, one event`;
      const measure = () => writeFor(place, writers.slice(0, writerCount), plan.durationMs);
      const measured = await steps.step(
        title,
        measure,
        ({ seatsPerSecond }) => `${figure(seatsPerSecond)} seats/s`,
      );
      measurements.push({ round, writerCount, ...measured });
    }
  }
  return measurements;
}

/** A writer says that it is ready, and from then on what each order came to. */
type Writer = Child<Written | 'ready'>;

async function startWriter({ databaseUrl }: Place, started: AsyncDisposableStack): Promise<Writer> {
  const writer: Writer = startChild({ name: 'A writer', entry, args: [databaseUrl] });
  started.use(writer);
  await writer.next(writerTimeoutMs);
  return writer;
}

async function orderFrom(writer: Writer, order: WriterOrder): Promise<Written> {
  const answered = writer.next(writerTimeoutMs);
  writer.send(order);
  const written = await answered;
  if (written === 'ready') throw new Error('A writer was ready twice.');
  return written;
}

async function writeFor(
  { database }: Place,
  writers: readonly Writer[],
  durationMs: number,
): Promise<Omit<WritersMeasurement, 'round' | 'writerCount'>> {
  const eventIds = await openEvents(database, { count: 1, seatCount });
  const [eventId = ''] = eventIds;
  const written = await Promise.all(
    writers.map((writer) => orderFrom(writer, { eventId, durationMs })),
  );
  const latencies = written.flatMap(({ latenciesMs }) => latenciesMs).toSorted((a, b) => a - b);
  return {
    seatsPerSecond: sum(written.map((one) => (one.seatCount * 1_000) / one.tookMs)),
    p99Ms: percentile(latencies, 99),
    contendedCount: sum(written.map((one) => one.contendedCount)),
    judgement: await judge(database, holdfast, { eventIds, acknowledgedIds: [] }),
  };
}
