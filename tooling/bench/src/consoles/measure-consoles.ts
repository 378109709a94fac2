import { setTimeout as pause } from 'node:timers/promises';
import { median, type Steps, sum } from '@holdfast/command';
import { type Database, relayOutbox } from '@holdfast/data';
import { v7 } from 'uuid';
import { openEvents } from '../load/events.ts';
import type { ServerUnderTest } from '../server/start-server.ts';
import { processorTimeOf } from '../processor-time.ts';
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

/** What storms of one kind showed, by round. */
export interface Stormed {
  readonly bookingsPerSecond: readonly number[];
  /** Processor time for each booking, of the api's processes and PostgreSQL, in microseconds. */
  readonly micros: readonly number[];
  /** The median of the rounds' own. */
  readonly p99Ms: number;
}

export interface ConsolesRow {
  readonly processCount: number;
  readonly consoleCount: number;
  readonly with: Stormed;
  readonly without: Stormed;
  /** Did every console hear of every storm? */
  readonly isHeard: boolean;
}

export const fullConsoles: ConsolesMeasure = {
  processCounts: [1, 2],
  consoleCount: 3,
  connections: 100,
  roundCount: 6,
  durationMs: 2_500,
};

export const tinyConsoles: ConsolesMeasure = {
  processCounts: [1],
  consoleCount: 2,
  connections: 4,
  roundCount: 1,
  durationMs: 2_000,
};

/** Everybody books once in a storm: more than any storm of that length gets through. */
const usersPerSecond = 14_000;
const seatCount = 1_000_000;
/** As often as the worker does it. */
const relayPeriodMs = 100;
const warmUpMs = 4_000;

/**
 * What open consoles cost a storm at one event. A round has four storms, each at an event of its own: with
 * consoles, twice without, and with them again, or the other way round; so what drifts meanwhile is the same
 * for both.
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
  readonly servers: readonly ServerUnderTest[];
  readonly plan: ConsolesMeasure;
}

interface Storm {
  readonly bookingCount: number;
  readonly bookingsPerSecond: number;
  readonly processorMs: number;
  readonly p99Ms: number;
  readonly isHeard: boolean;
}

async function measureProcesses(
  stand: Stand,
  plan: ConsolesMeasure,
  { processCount, steps }: { readonly processCount: number; readonly steps: Steps },
): Promise<ConsolesRow> {
  const place = await stand.newPlace('holdfast');
  await using started = new AsyncDisposableStack();
  const servers = await startServers(place, started, processCount);
  const storms: Storms = { stand, place, servers, plan };
  const stopped = new AbortController();
  const relaying = relay(place.database, stopped.signal);
  // Also where the bench is interrupted: the database is closed after that.
  started.defer(async () => {
    stopped.abort();
    await relaying;
  });
  await storm({ ...storms, plan: { ...plan, durationMs: warmUpMs } }, false);
  const [withThem, without]: [Storm[][], Storm[][]] = [[], []];
  for (let round = 1; round <= plan.roundCount; round += 1) {
    const title = `${processCount} of the api, round ${round} of ${plan.roundCount}`;
    const both = await steps.step(title, () => runRound(storms, round));
    withThem.push(both.withThem);
    without.push(both.without);
  }
  return {
    processCount,
    consoleCount: plan.consoleCount,
    with: stormedOf(withThem),
    without: stormedOf(without),
    isHeard: withThem.flat().every(({ isHeard }) => isHeard),
  };
}

async function runRound(storms: Storms, round: number) {
  const [withThem, without]: [Storm[], Storm[]] = [[], []];
  const isFirst = round % 2 === 0;
  for (const hasConsoles of [isFirst, !isFirst, !isFirst, isFirst]) {
    const into = hasConsoles ? withThem : without;
    into.push(await storm(storms, hasConsoles));
  }
  return { withThem, without };
}

/** One, or several on one port. */
async function startServers(
  place: Place,
  started: AsyncDisposableStack,
  processCount: number,
): Promise<readonly ServerUnderTest[]> {
  const first = started.use(await place.startServer(processCount === 1 ? null : 'any_shared'));
  const servers = [first];
  const port = Number(new URL(first.url).port);
  while (servers.length < processCount) servers.push(started.use(await place.startServer(port)));
  return servers;
}

/**
 * Consoles are opened either way, and left again where there are to be none: all that was before the storm is
 * the same then.
 */
async function storm(
  { stand, place, servers, plan }: Storms,
  hasConsoles: boolean,
): Promise<Storm> {
  const { consoleCount, connections, durationMs } = plan;
  const { generator, organizerToken: token } = stand;
  const url = servers[0]?.url ?? '';
  const [eventId = ''] = await openEvents(place.database, { count: 1, seatCount });
  await using consoles = await openConsoles({ url, token, eventId, consoleCount });
  if (!hasConsoles) await consoles[Symbol.asyncDispose]();
  const one = { calls: 'book', eventIds: [eventId], firstId: v7(), isRepeated: false } as const;
  await generator.openLoad({ url, connections, durationMs, ...one });
  const before = await processorMsOf(stand, servers);
  const { pace, usefulCount } = await generator.runLoad();
  return {
    bookingCount: usefulCount,
    bookingsPerSecond: pace.bookingsPerSecond,
    processorMs: (await processorMsOf(stand, servers)) - before,
    p99Ms: pace.p99Ms ?? Number.NaN,
    isHeard: consoles.secondCount() >= Math.floor(durationMs / 2_000),
  };
}

/** Of what serves a booking: the load and the consoles themselves are left out. */
async function processorMsOf(stand: Stand, servers: readonly ServerUnderTest[]): Promise<number> {
  const usages = await Promise.all(servers.map((server) => server.usage()));
  const { postgres } = stand.services;
  const postgresMs = postgres === null ? null : await processorTimeOf(postgres.pid);
  return sum(usages.map(({ cpuMs }) => cpuMs)) + (postgresMs ?? 0);
}

function stormedOf(rounds: readonly (readonly Storm[])[]): Stormed {
  return {
    bookingsPerSecond: rounds.map((storms) => mean(storms.map((one) => one.bookingsPerSecond))),
    micros: rounds.map((storms) => {
      const bookingCount = sum(storms.map((one) => one.bookingCount));
      return (sum(storms.map(({ processorMs }) => processorMs)) * 1_000) / bookingCount;
    }),
    p99Ms: median(rounds.flat().map(({ p99Ms }) => p99Ms)),
  };
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

async function relay(database: Database, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await relayOutbox(database, { changeCountMax: 1_000, deliver: async () => {} });
    await pause(relayPeriodMs);
  }
}
