import { readOpenFilesMax } from '@holdfast/process';
import { judge, type Judgement } from './judge.ts';
import { openEvents } from './load/events.ts';
import { bookingScript } from './load/requests.ts';
import { runLoad } from './load/run-load.ts';
import { paceOf } from './pace.ts';
import type { Place, Stand } from './stand.ts';
import { holdfast } from './ways/holdfast.ts';

/** So many connections at a time, each of which books. */
export type OpenConnections =
  | {
      readonly status: 'measured';
      readonly connections: number;
      /** The most memory that the api's process ever had. */
      readonly rssMiB: number;
      readonly rssMiBBefore: number;
      /** Connections that broke, and calls that were neither booked nor refused. */
      readonly errorCount: number;
      readonly p99Ms: number | null;
      readonly judgement: Judgement;
    }
  | { readonly status: 'skipped'; readonly reason: string };

/** Files that a process has open besides its connections. */
const spareFileCount = 200;

const durationMsMax = 30_000;
const bytesPerMiB = 1_048_576;
const seatCount = 1_000_000;

/** Opens so many connections to a new api process. Skipped, with the reason, where it is not allowed. */
export async function measureOpenConnections(
  stand: Stand,
  place: Place,
  connections: number,
): Promise<OpenConnections> {
  const fileCountMax = readOpenFilesMax() ?? Infinity;
  if (fileCountMax < connections + spareFileCount) {
    const reason = `a process may have ${fileCountMax} files open here. Raise it: ulimit -n ${connections + spareFileCount}`;
    return { status: 'skipped', reason };
  }
  await using server = await place.startServer(null);
  const eventIds = await openEvents(place.database, { count: 1, seatCount });
  const before = await server.usage();
  const users = stand.users.slice(0, connections);
  const script = bookingScript({ users, connections, eventIds });
  const load = await runLoad({ url: server.url, script, durationMs: durationMsMax });
  const after = await server.usage();
  const acknowledgedIds = load.answers.flatMap(({ answer }) =>
    answer.status === 'confirmed' ? [answer.bookingId] : [],
  );
  const failed = load.answers.filter(({ answer }) => answer.status === 'failed').length;
  return {
    status: 'measured',
    connections,
    rssMiB: after.rssBytesMax / bytesPerMiB,
    rssMiBBefore: before.rssBytes / bytesPerMiB,
    errorCount: load.errorCount + failed,
    p99Ms: paceOf(load).p99Ms,
    judgement: await judge(place.database, holdfast, { eventIds, acknowledgedIds }),
  };
}
