import { readOpenFilesMax } from '@holdfast/process';
import { v7 } from 'uuid';
import { judge, type Judgement } from './judge.ts';
import { openEvents } from './load/events.ts';
import type { Place, Stand } from './stand.ts';
import { holdfast } from './ways/holdfast.ts';

/** So many connections at a time, each of which books again and again. */
export type OpenConnections =
  | {
      readonly status: 'measured';
      readonly connections: number;
      /** The most memory that the api's process ever had. */
      readonly rssMiB: number;
      readonly rssMiBBefore: number;
      /** Connections that broke, and calls that were neither booked nor refused. */
      readonly errorCount: number;
      readonly bookingsPerSecond: number;
      readonly p99Ms: number | null;
      readonly judgement: Judgement;
    }
  | { readonly status: 'skipped'; readonly reason: string };

/** Files that a process has open besides its connections. */
const spareFileCount = 200;

const bytesPerMiB = 1_048_576;
const seatCount = 1_000_000;
const warmUpMs = 2_000;

/** How many connections are opened, and how long they book: long enough for several calls of each. */
export interface ConnectionsPlan {
  readonly connections: number;
  readonly durationMs: number;
}

/** Opens so many connections to a new api process. Skipped, with the reason, where it is not allowed. */
export async function measureOpenConnections(
  { generator }: Stand,
  place: Place,
  { connections, durationMs }: ConnectionsPlan,
): Promise<OpenConnections> {
  const fileCountMax = readOpenFilesMax() ?? Infinity;
  if (fileCountMax < connections + spareFileCount) {
    const reason = `a process may have ${fileCountMax} files open here. Raise it: ulimit -n ${connections + spareFileCount}`;
    return { status: 'skipped', reason };
  }
  await using server = await place.startServer(null);
  const load = (eventIds: readonly string[], forMs: number, count: number) => ({
    url: server.url,
    calls: 'book' as const,
    connections: count,
    durationMs: forMs,
    eventIds,
    firstId: v7(),
    isRepeated: false,
  });
  // As everywhere: until code is compiled, a call takes three times as long.
  const warmUpIds = await openEvents(place.database, { count: 1, seatCount });
  await generator.openLoad(load(warmUpIds, warmUpMs, 100));
  await generator.runLoad();
  const eventIds = await openEvents(place.database, { count: 1, seatCount });
  const before = await server.usage();
  await generator.openLoad(load(eventIds, durationMs, connections));
  const { pace, acknowledgedIds, failedCount } = await generator.runLoad();
  const after = await server.usage();
  return {
    status: 'measured',
    connections,
    rssMiB: after.rssBytesMax / bytesPerMiB,
    rssMiBBefore: before.rssBytes / bytesPerMiB,
    errorCount: failedCount,
    bookingsPerSecond: pace.bookingsPerSecond,
    p99Ms: pace.p99Ms,
    judgement: await judge(place.database, holdfast, { eventIds, acknowledgedIds }),
  };
}
