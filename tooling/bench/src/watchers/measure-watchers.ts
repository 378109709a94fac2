import { setTimeout as pause } from 'node:timers/promises';
import { commit, type Database, relayOutbox } from '@holdfast/data';
import type { Steps } from '@holdfast/command';
import { v7 } from 'uuid';
import { openEvents } from '../load/events.ts';
import { openStand, type Stand } from '../stand.ts';
import type { CommitTimes, Watched } from './watcher-crowd.ts';

/** How many watch one event, and how often it changes. */
export interface WatchersPlan {
  readonly watcherCounts: readonly number[];
  readonly commitsPerSecond: number;
  readonly durationMs: number;
}

export interface WatchersRow extends Watched {
  readonly watcherCount: number;
  readonly commitCount: number;
  /** The api's memory before anybody watched, with all watchers, and at most. */
  readonly rssMiB: { readonly before: number; readonly watched: number; readonly max: number };
  readonly bytesPerWatcher: number;
  /** Processor time of the api while the event changed, as a part of one core. */
  readonly serverShare: number;
}

/** The full measurement: up to half of the connections that an api allows by default. */
export const fullWatchers: WatchersPlan = {
  watcherCounts: [1_000, 10_000],
  commitsPerSecond: 50,
  durationMs: 8_000,
};

export const tinyWatchers: WatchersPlan = {
  watcherCounts: [20],
  commitsPerSecond: 20,
  durationMs: 500,
};

const seatCount = 1_000_000;
const relayPeriodMs = 10;
/** For garbage to be collected, and for the last messages. */
const restMs = 2_000;
const bytesPerMiB = 1_048_576;

/**
 * What watchers of one event cost an api process, and how long after a commit they hear of it. The relay
 * runs here, as in the worker.
 */
export async function measureWatchers(
  plan: WatchersPlan,
  steps: Steps,
): Promise<readonly WatchersRow[]> {
  await using stand = await steps.step('PostgreSQL and Redis', () =>
    openStand(1, (line) => steps.note(line)),
  );
  const rows: WatchersRow[] = [];
  for (const watcherCount of plan.watcherCounts) {
    const title = `${watcherCount} watchers, ${plan.commitsPerSecond} commits/s`;
    rows.push(await steps.step(title, () => measureOne(stand, plan, watcherCount)));
  }
  return rows;
}

async function measureOne(
  stand: Stand,
  { commitsPerSecond, durationMs }: WatchersPlan,
  watcherCount: number,
): Promise<WatchersRow> {
  const place = await stand.newPlace('holdfast');
  const { database } = place;
  await using server = await place.startServer(null);
  const [eventId = ''] = await openEvents(database, { count: 1, seatCount });
  await pause(restMs);
  const before = await server.usage();
  await stand.generator.openWatchers({ url: server.url, eventId, watcherCount });
  await pause(restMs);
  const watched = await server.usage();
  const stopped = new AbortController();
  const relaying = relay(database, stopped.signal);
  const committedAt = await commitSteadily(database, eventId, { commitsPerSecond, durationMs });
  const busy = await server.usage();
  await pause(restMs);
  stopped.abort();
  await relaying;
  const seen = await stand.generator.endWatchers(committedAt);
  const after = await server.usage();
  return {
    ...seen,
    watcherCount,
    commitCount: committedAt.size,
    rssMiB: {
      before: before.rssBytes / bytesPerMiB,
      watched: watched.rssBytes / bytesPerMiB,
      max: after.rssBytesMax / bytesPerMiB,
    },
    bytesPerWatcher: (watched.rssBytes - before.rssBytes) / watcherCount,
    serverShare: (busy.cpuMs - watched.cpuMs) / durationMs,
  };
}

type Pace = Pick<WatchersPlan, 'commitsPerSecond' | 'durationMs'>;

/** A sale of one seat, again and again, each in a commit of its own. */
async function commitSteadily(
  database: Database,
  eventId: string,
  { commitsPerSecond, durationMs }: Pace,
): Promise<CommitTimes> {
  const version = await versionOf(database, eventId);
  const committedAt = new Map<number, number>();
  const startedAt = performance.now();
  const count = Math.floor((commitsPerSecond * durationMs) / 1_000);
  for (let index = 0; index < count; index += 1) {
    const claim = { type: 'book', bookingId: v7(), userId: v7(), quantity: 1 } as const;
    await commit(database, eventId, [claim]);
    // Every commit adds one.
    committedAt.set(version + index + 1, performance.timeOrigin + performance.now());
    const nextAt = startedAt + ((index + 1) * 1_000) / commitsPerSecond;
    await pause(Math.max(0, nextAt - performance.now()));
  }
  return committedAt;
}

async function versionOf({ pool }: Database, eventId: string): Promise<number> {
  const { rows } = await pool.query<{ version: number }>(
    'select version from events where id = $1',
    [eventId],
  );
  return rows[0]?.version ?? 0;
}

async function relay(database: Database, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await relayOutbox(database, { changeCountMax: 1_000, deliver: async () => {} });
    await pause(relayPeriodMs);
  }
}
