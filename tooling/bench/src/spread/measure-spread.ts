import { fileURLToPath } from 'node:url';
import { median, percentile, type Steps, sum } from '@holdfast/command';
import type { Database } from '@holdfast/data';
import { citusWorkersOf } from '@holdfast/services';
import { type Child, startChild } from '../child.ts';
import { judge } from '../judge.ts';
import { openEvents } from '../load/events.ts';
import { openStand, type Place } from '../stand.ts';
import { holdfast } from '../ways/holdfast.ts';
import type { WriterFunctions } from '../writers/write.ts';

export interface SpreadPlan {
  readonly writerCount: number;
  readonly roundCount: number;
  readonly durationMs: number;
  readonly warmUpMs: number;
}

/** What a group of writers does at the same time. */
interface Load {
  readonly writerCount: number;
  /** All commit on one event, or each on an event of its own. */
  readonly eventCount: number;
  readonly groupSize: number;
  /** Over the coordinator, or writer by writer over the workers of a Citus cluster. */
  readonly entry: 'coordinator' | 'workers';
}

export interface SpreadRow extends Load {
  /** Medians over rounds. */
  readonly seatsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly contendedCount: number;
  readonly isSafe: boolean;
}

export const fullSpread: SpreadPlan = {
  writerCount: 4,
  roundCount: 3,
  durationMs: 2_000,
  warmUpMs: 3_000,
};

export const tinySpread: SpreadPlan = {
  writerCount: 2,
  roundCount: 1,
  durationMs: 200,
  warmUpMs: 200,
};

const seatCount = 100_000_000;
const lone = 1;
const crowd = 50;
/** As many as the api commits together at most. */
const fullGroup = 500;
const entry = fileURLToPath(new URL('../writers/write.ts', import.meta.url));

type Writer = Child<WriterFunctions>;

/** Writers by the way that they enter. */
type Writers = Readonly<Record<Load['entry'], readonly Writer[]>>;

/**
 * Processes that commit groups straight, on one event and on an event each: is one row the limit? On a Citus cluster
 * it also tells what the hop to a node costs, and what it gives to enter over several nodes.
 */
export async function measureSpread(plan: SpreadPlan, steps: Steps): Promise<readonly SpreadRow[]> {
  await using stand = await steps.step('PostgreSQL and Redis', () =>
    openStand(1, (line) => steps.note(line)),
  );
  const place = await stand.newPlace('holdfast');
  await using started = new AsyncDisposableStack();
  const writers = await startWriters(place, plan.writerCount, started);
  const loads = loadsOf(plan, writers.workers.length > 0);
  for (const load of loads.filter(({ groupSize }) => groupSize > lone)) {
    await measureOnce(place, writers, { load, durationMs: plan.warmUpMs / loads.length });
  }
  const rounds: Measured[][] = loads.map(() => []);
  for (let round = 1; round <= plan.roundCount; round += 1) {
    for (const [index, load] of loads.entries()) {
      const title = `${round}/${plan.roundCount} ${titleOf(load)}`;
      const measured = await steps.step(title, () =>
        measureOnce(place, writers, { load, durationMs: plan.durationMs }),
      );
      rounds[index]?.push(measured);
    }
  }
  return loads.map((load, index) => rowOf(load, rounds[index] ?? []));
}

function titleOf({ writerCount, eventCount, groupSize, entry: way }: Load): string {
  return `writers ${writerCount}, events ${eventCount}, groups of ${groupSize}, by the ${way}`;
}

function loadsOf({ writerCount }: SpreadPlan, hasWorkers: boolean): readonly Load[] {
  const by = (way: Load['entry']): readonly Load[] => [
    { writerCount: 1, eventCount: 1, groupSize: lone, entry: way },
    { writerCount, eventCount: writerCount, groupSize: lone, entry: way },
    ...[crowd, fullGroup].flatMap((groupSize) => [
      { writerCount: 1, eventCount: 1, groupSize, entry: way },
      { writerCount, eventCount: 1, groupSize, entry: way },
      { writerCount, eventCount: writerCount, groupSize, entry: way },
    ]),
  ];
  return [...by('coordinator'), ...(hasWorkers ? by('workers') : [])];
}

async function startWriters(
  { databaseUrl }: Place,
  count: number,
  started: AsyncDisposableStack,
): Promise<Writers> {
  const start = (url: string): Writer =>
    started.use(startChild<WriterFunctions>({ name: 'A writer', entry, args: [url] }));
  const workerUrls = await citusWorkersOf(databaseUrl);
  const coordinator = Array.from({ length: count }, () => start(databaseUrl));
  if (workerUrls.length === 0) return { coordinator, workers: [] };
  const urls = Array.from({ length: count }, (_, n) => workerUrls[n % workerUrls.length] ?? '');
  return { coordinator, workers: urls.map(start) };
}

interface Measured
  extends Pick<SpreadRow, 'seatsPerSecond' | 'p50Ms' | 'p99Ms' | 'contendedCount'> {
  readonly isSafe: boolean;
}

async function measureOnce(
  { database }: Place,
  writers: Writers,
  { load, durationMs }: { readonly load: Load; readonly durationMs: number },
): Promise<Measured> {
  const { writerCount, eventCount, groupSize } = load;
  const eventIds: string[] = [];
  for (let n = 0; n < eventCount; n += 1) {
    eventIds.push(...(await openEvents(database, { count: 1, seatCount })));
  }
  const written = await Promise.all(
    writers[load.entry]
      .slice(0, writerCount)
      .map(({ remote }, n) => remote.write(eventIds[n % eventCount] ?? '', durationMs, groupSize)),
  );
  const latencies = written.flatMap(({ latenciesMs }) => latenciesMs).toSorted((a, b) => a - b);
  return {
    seatsPerSecond: sum(written.map((one) => (one.seatCount * 1_000) / one.tookMs)),
    p50Ms: percentile(latencies, 50) ?? Number.NaN,
    p99Ms: percentile(latencies, 99) ?? Number.NaN,
    contendedCount: sum(written.map((one) => one.contendedCount)),
    isSafe: await areSafe(database, eventIds),
  };
}

/** One by one: together, all events of earlier rounds would be audited again. */
async function areSafe(database: Database, eventIds: readonly string[]): Promise<boolean> {
  for (const eventId of eventIds) {
    const judged = await judge(database, holdfast, { eventIds: [eventId], acknowledgedIds: [] });
    if (!judged.isSafe) return false;
  }
  return true;
}

function rowOf(load: Load, measured: readonly Measured[]): SpreadRow {
  return {
    ...load,
    seatsPerSecond: median(measured.map((one) => one.seatsPerSecond)),
    p50Ms: median(measured.map((one) => one.p50Ms)),
    p99Ms: median(measured.map((one) => one.p99Ms)),
    contendedCount: sum(measured.map((one) => one.contendedCount)),
    isSafe: measured.every(({ isSafe }) => isSafe),
  };
}
