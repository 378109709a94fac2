import { setTimeout as pause } from 'node:timers/promises';
import { median, type Steps } from '@holdfast/command';
import { type Database, relayOutbox } from '@holdfast/data';
import { v7 } from 'uuid';
import { openEvents } from '../load/events.ts';
import type { ServerUnderTest } from '../server/start-server.ts';
import { openStand, type Place, type Stand } from '../stand.ts';
import { openConsoles } from './open-consoles.ts';

/** Storms with consoles open and without, in turn. */
export interface ConsolesMeasure {
  readonly processCounts: readonly number[];
  readonly consoleCount: number;
  readonly connections: number;
  readonly roundCount: number;
  /** Of one storm. */
  readonly durationMs: number;
}

export interface ConsolesRow {
  readonly processCount: number;
  readonly consoleCount: number;
  /** Bookings a second, by round. */
  readonly with: readonly number[];
  readonly without: readonly number[];
  /** Medians of the rounds' own. */
  readonly p99MsWith: number | null;
  readonly p99MsWithout: number | null;
  /** Of each round: with consoles, by without. */
  readonly ratios: readonly number[];
  /** Did every console hear of every storm? */
  readonly isHeard: boolean;
}

export const fullConsoles: ConsolesMeasure = {
  processCounts: [1, 2],
  consoleCount: 3,
  connections: 100,
  roundCount: 6,
  durationMs: 5_000,
};

export const tinyConsoles: ConsolesMeasure = {
  processCounts: [1],
  consoleCount: 2,
  connections: 4,
  roundCount: 1,
  durationMs: 2_500,
};

/** Everybody books once in a storm: more than any storm of that length gets through. */
const usersPerSecond = 14_000;
const seatCount = 1_000_000;
/** As often as the worker does it. */
const relayPeriodMs = 100;
const warmUpMs = 4_000;

/**
 * What open consoles cost a storm: bookings a second of one event with them and without, in turn, each
 * storm at an event of its own. Rounds begin with either in turn, too.
 */
export async function measureConsoles(
  plan: ConsolesMeasure,
  steps: Steps,
): Promise<readonly ConsolesRow[]> {
  const userCount = Math.ceil((usersPerSecond * plan.durationMs) / 1_000);
  await using stand = await steps.step('PostgreSQL and Redis', () =>
    openStand(userCount, (line) => steps.note(line)),
  );
  const rows: ConsolesRow[] = [];
  for (const processCount of plan.processCounts) {
    rows.push(await measureProcesses(stand, plan, { processCount, steps }));
  }
  return rows;
}

interface Storms {
  readonly stand: Stand;
  readonly place: Place;
  readonly url: string;
  readonly plan: ConsolesMeasure;
}

interface Storm {
  readonly bookingsPerSecond: number;
  readonly p99Ms: number | null;
  readonly isHeard: boolean;
}

async function measureProcesses(
  stand: Stand,
  plan: ConsolesMeasure,
  { processCount, steps }: { readonly processCount: number; readonly steps: Steps },
): Promise<ConsolesRow> {
  const place = await stand.newPlace('holdfast');
  await using servers = new AsyncDisposableStack();
  const url = await startServers(place, servers, processCount);
  const storms: Storms = { stand, place, url, plan };
  const stopped = new AbortController();
  const relaying = relay(place.database, stopped.signal);
  await storm({ ...storms, plan: { ...plan, durationMs: warmUpMs } }, 0);
  const [withThem, without]: [Storm[], Storm[]] = [[], []];
  for (let round = 1; round <= plan.roundCount; round += 1) {
    const title = `${processCount} of the api, round ${round} of ${plan.roundCount}`;
    await steps.step(title, async () => {
      const both = [withThem, without] as const;
      for (const into of round % 2 === 0 ? both : both.toReversed()) {
        into.push(await storm(storms, into === withThem ? plan.consoleCount : 0));
      }
    });
  }
  stopped.abort();
  await relaying;
  return rowOf({ processCount, consoleCount: plan.consoleCount }, withThem, without);
}

/** One, or several on one port. Gives their address. */
async function startServers(
  place: Place,
  servers: AsyncDisposableStack,
  processCount: number,
): Promise<string> {
  const isAlone = processCount === 1;
  const first: ServerUnderTest = servers.use(
    await place.startServer(isAlone ? null : 'any_shared'),
  );
  const port = Number(new URL(first.url).port);
  for (let count = 1; count < processCount; count += 1) servers.use(await place.startServer(port));
  return first.url;
}

async function storm({ stand, place, url, plan }: Storms, consoleCount: number): Promise<Storm> {
  const { connections, durationMs } = plan;
  const [eventId = ''] = await openEvents(place.database, { count: 1, seatCount });
  const token = stand.organizerToken;
  const consoles =
    consoleCount === 0 ? null : await openConsoles({ url, token, eventId, consoleCount });
  await stand.generator.openLoad({
    url,
    calls: 'book',
    connections,
    durationMs,
    eventIds: [eventId],
    firstId: v7(),
    isRepeated: false,
  });
  const { pace } = await stand.generator.runLoad();
  const isHeard = consoles === null || consoles.secondCount() >= Math.floor(durationMs / 2_000);
  consoles?.close();
  return { bookingsPerSecond: pace.bookingsPerSecond, p99Ms: pace.p99Ms, isHeard };
}

function rowOf(
  of: Pick<ConsolesRow, 'processCount' | 'consoleCount'>,
  withThem: readonly Storm[],
  without: readonly Storm[],
): ConsolesRow {
  const rates = (storms: readonly Storm[]) => storms.map((one) => one.bookingsPerSecond);
  const p99Of = (storms: readonly Storm[]) => median(storms.flatMap(({ p99Ms }) => p99Ms ?? []));
  return {
    ...of,
    with: rates(withThem),
    without: rates(without),
    p99MsWith: p99Of(withThem),
    p99MsWithout: p99Of(without),
    ratios: withThem.map((one, round) => {
      const other = without[round]?.bookingsPerSecond ?? Number.NaN;
      return one.bookingsPerSecond / other;
    }),
    isHeard: withThem.every(({ isHeard }) => isHeard),
  };
}

async function relay(database: Database, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await relayOutbox(database, { changeCountMax: 1_000, deliver: async () => {} });
    await pause(relayPeriodMs);
  }
}
