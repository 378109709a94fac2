import { figure } from '@holdfast/command';
import { v7 } from 'uuid';
import { type Judgement, judge } from '../judge.ts';
import { openEvents } from '../load/events.ts';
import { msText } from '../numbers.ts';
import type { ArrivalsBench } from '../plan.ts';
import type { Session } from '../rounds.ts';
import type { Place } from '../stand.ts';
import { holdfast } from '../ways/holdfast.ts';
import { oneUpdate } from '../ways/one-update.ts';
import type { Way } from '../ways/way.ts';

/** One way at one rate. */
export interface ArrivalsRow {
  readonly way: string;
  readonly ratePerSecond: number;
  readonly bookingsPerSecond: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** The part of all callers who were not even sent, because everybody before them still waited. */
  readonly unsentShare: number;
  readonly failedShare: number;
  readonly judgement: Judgement;
}

const compared = [oneUpdate, holdfast];
const seatCount = 1_000_000;

/** Puts callers on one event at rates of their own, on the plain UPDATE and on Holdfast. */
export async function measureArrivals(
  session: Session,
  bench: ArrivalsBench,
): Promise<readonly ArrivalsRow[]> {
  const rows: ArrivalsRow[] = [];
  for (const way of compared) rows.push(...(await measureWay(session, bench, way)));
  return rows;
}

async function measureWay(
  { stand, plan, steps }: Session,
  bench: ArrivalsBench,
  way: Way,
): Promise<readonly ArrivalsRow[]> {
  const place = await stand.newPlace(way.name);
  await using server = await place.startServer(null);
  const loadOn = async () => ({
    url: server.url,
    calls: 'book' as const,
    connections: bench.connections,
    eventIds: await openEvents(place.database, { count: 1, seatCount }),
    firstId: v7(),
  });
  const warming = { ...(await loadOn()), durationMs: plan.warmUpMs, isRepeated: false };
  await stand.generator.openLoad(warming);
  await stand.generator.runLoad();
  const rows: ArrivalsRow[] = [];
  for (const ratePerSecond of bench.ratesPerSecond) {
    const title = `${way.name}, ${figure(ratePerSecond)} callers/s`;
    const measure = async () => {
      const load = { ...(await loadOn()), durationMs: bench.durationMs, ratePerSecond };
      const arrived = await stand.generator.runArrivals(load);
      return rowOf(arrived, { place, way, ratePerSecond, eventIds: load.eventIds });
    };
    rows.push(await steps.step(title, measure, ({ p99Ms }) => `p99 ${msText(p99Ms)} ms`));
  }
  return rows;
}

interface Asked {
  readonly place: Place;
  readonly way: Way;
  readonly ratePerSecond: number;
  readonly eventIds: readonly string[];
}

async function rowOf(
  arrived: Awaited<ReturnType<Session['stand']['generator']['runArrivals']>>,
  { place, way, ratePerSecond, eventIds }: Asked,
): Promise<ArrivalsRow> {
  const { sentCount, unsentCount, failedCount, acknowledgedIds } = arrived;
  const { bookingsPerSecond, p50Ms, p99Ms } = arrived;
  return {
    way: way.name,
    ratePerSecond,
    bookingsPerSecond,
    p50Ms,
    p99Ms,
    unsentShare: unsentCount / Math.max(1, sentCount + unsentCount),
    failedShare: failedCount / Math.max(1, sentCount),
    judgement: await judge(place.database, way, { eventIds, acknowledgedIds }),
  };
}
