import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { median, type Steps, sum } from '@holdfast/command';
import { commit } from '@holdfast/data';
import type { Services } from '@holdfast/services';
import { v7 } from 'uuid';
import { startChild } from '../child.ts';
import { openEvents } from '../load/events.ts';
import type { Generator } from '../load/start-generator.ts';
import { processorTimeOf } from '../processor-time.ts';
import type { ServerUnderTest, Settings } from '../server/start-server.ts';
import { openStand, type Place } from '../stand.ts';
import type { AbuserFunctions, Statuses } from './abuser.ts';
import type { AbuseName } from './kinds.ts';

/** Honest callers with an abuser and without, in turn. */
export interface AbusePlan {
  readonly names: readonly AbuseName[];
  /** Of the honest callers, each of whom books once. */
  readonly connections: number;
  readonly abuserConnections: number;
  readonly roundCount: number;
  /** Of one load. */
  readonly durationMs: number;
  /** So many rounds show what happens without limits. */
  readonly controlRoundCount: number;
  /** So long the abuser is alone with the server: whole windows of its limits. */
  readonly aloneMs: number;
}

/** What honest callers got under one kind of abuse. */
export interface AbuseRow {
  readonly name: AbuseName;
  readonly isLimited: boolean;
  readonly bookingsPerSecond: number;
  /** Processor time that it takes where nobody else calls, as a part of one core: of the api's thread, and of PostgreSQL. */
  readonly shares: { readonly api: number; readonly postgres: number };
  /** Rates with the abuser by rates without it, a round each. */
  readonly ratios: readonly number[];
  /** The same of the processor time for each honest booking, of the api and PostgreSQL together. */
  readonly microsRatios: readonly number[];
  readonly p99Ms: { readonly with: number; readonly without: number };
  /** Honest calls that were not answered as they should. */
  readonly failedCount: number;
  /** What the abuser was answered, over all rounds. */
  readonly statuses: Statuses;
}

export const fullAbuse: AbusePlan = {
  names: ['nothing', 'refused', 'holds', 'cancels', 'reads', 'watchers', 'bad_tokens', 'oversized'],
  connections: 50,
  abuserConnections: 100,
  roundCount: 2,
  durationMs: 2_000,
  controlRoundCount: 1,
  // A third window has not begun.
  aloneMs: 3_900,
};

export const tinyAbuse: AbusePlan = {
  names: ['cancels'],
  connections: 4,
  abuserConnections: 4,
  roundCount: 1,
  durationMs: 1_000,
  controlRoundCount: 0,
  aloneMs: 1_000,
};

/**
 * What docs/operations.md advises for a shop behind one proxy, 300 calls in 10 s, as a fifth in a fifth of the time: so a
 * load is as long as a window, and the abuser gets in it what it gets in the long run.
 */
const limited: Settings = {
  PROXY_COUNT: '1',
  CALL_WINDOW_SECONDS: '2',
  USER_CALL_COUNT_MAX: '60',
  ADDRESS_CALL_COUNT_MAX: '60',
};
const unlimited: Settings = { PROXY_COUNT: '1' };

const usersPerSecond = 14_000;
const seatCount = 1_000_000;
/** Lists are long enough to be worth something to an abuser. */
const otherEventCount = 500;
const warmUpMs = 4_000;
/** So long before a load the abuser begins: that it opens its connections is not what it costs. */
const leadMs = 300;
const abuserEntry = fileURLToPath(new URL('./abuser.ts', import.meta.url));

/**
 * What one abuser costs honest callers who book as fast as they are answered. A round has four loads: with the
 * abuser, twice without, and with it again, or the other way round; so what drifts meanwhile is the same for both.
 */
export async function measureAbuse(plan: AbusePlan, steps: Steps): Promise<readonly AbuseRow[]> {
  const userCount = Math.ceil((usersPerSecond * plan.durationMs) / 1_000);
  await using stand = await steps.step('PostgreSQL and Redis', () =>
    openStand(userCount, (line) => steps.note(line), { hasAddresses: true }),
  );
  await using abuser = startChild<AbuserFunctions>({ name: 'The abuser', entry: abuserEntry });
  const rows: AbuseRow[] = [];
  for (const isLimited of [true, false]) {
    const roundCount = isLimited ? plan.roundCount : plan.controlRoundCount;
    if (roundCount === 0) continue;
    const place = await stand.newPlace('holdfast');
    await using server = await place.startServer(null, isLimited ? limited : unlimited);
    await openEvents(place.database, { count: otherEventCount, seatCount });
    const { generator, services } = stand;
    const field = {
      place,
      server,
      generator,
      services,
      abuser: abuser.remote,
      plan: { ...plan, roundCount },
    };
    const token = stand.abuserToken;
    await load({ ...field, plan: { ...plan, durationMs: warmUpMs } }, null);
    for (const name of plan.names) {
      const title = `${name}, ${isLimited ? 'limited' : 'without limits'}`;
      const measure = () => measureOne(field, { name, token, isLimited });
      rows.push(await steps.step(title, measure, ({ ratios }) => median(ratios).toFixed(3)));
    }
  }
  return rows;
}

/** Where it takes place. */
interface Field {
  readonly place: Place;
  readonly server: ServerUnderTest;
  readonly generator: Generator;
  readonly services: Services;
  readonly abuser: ReturnType<typeof startChild<AbuserFunctions>>['remote'];
  readonly plan: AbusePlan;
}

interface Abused {
  readonly name: AbuseName;
  readonly token: string;
  readonly isLimited: boolean;
}

async function measureOne(field: Field, abused: Abused): Promise<AbuseRow> {
  const shares = await measureAlone(field, abused);
  const [withIt, without]: [Loaded[], Loaded[]] = [[], []];
  const [ratios, microsRatios]: [number[], number[]] = [[], []];
  for (let round = 0; round < field.plan.roundCount; round += 1) {
    const isFirst = round % 2 === 0;
    const own: [Loaded[], Loaded[]] = [[], []];
    for (const isAbused of [isFirst, !isFirst, !isFirst, isFirst]) {
      own[isAbused ? 0 : 1].push(await load(field, isAbused ? abused : null));
    }
    ratios.push(meanRate(own[0]) / meanRate(own[1]));
    microsRatios.push(microsOf(own[0]) / microsOf(own[1]));
    withIt.push(...own[0]);
    without.push(...own[1]);
  }
  return {
    name: abused.name,
    isLimited: abused.isLimited,
    bookingsPerSecond: median(without.map(({ bookingsPerSecond }) => bookingsPerSecond)),
    shares,
    ratios,
    microsRatios,
    p99Ms: { with: medianP99(withIt), without: medianP99(without) },
    failedCount: sum(withIt.map((one) => one.failedCount)),
    statuses: summed(withIt.map(({ statuses }) => statuses)),
  };
}

/** What the abuser takes of the processor for itself: what others lose where all of it is used. */
async function measureAlone(field: Field, { name, token }: Abused): Promise<AbuseRow['shares']> {
  const { place, server, abuser, plan } = field;
  const [eventId = ''] = await openEvents(place.database, { count: 1, seatCount });
  const target = { url: server.url, token, eventId, soldOutId: await sellOut(place.database) };
  const before = await processorMsOf(field);
  const beganAtMs = performance.now();
  await abuser.begin({ name, target, connections: plan.abuserConnections });
  await pause(plan.aloneMs);
  await abuser.end();
  const after = await processorMsOf(field);
  const ms = performance.now() - beganAtMs;
  return { api: (after.api - before.api) / ms, postgres: (after.postgres - before.postgres) / ms };
}

async function processorMsOf({ server, services }: Field): Promise<AbuseRow['shares']> {
  const { cpuMs } = await server.usage();
  const { postgres } = services;
  return { api: cpuMs, postgres: (postgres && (await processorTimeOf(postgres.pid))) ?? 0 };
}

interface Loaded {
  readonly bookingsPerSecond: number;
  readonly bookingCount: number;
  readonly processorMs: number;
  readonly p99Ms: number;
  readonly failedCount: number;
  readonly statuses: Statuses;
}

const meanRate = (loads: readonly Loaded[]) =>
  sum(loads.map((one) => one.bookingsPerSecond)) / loads.length;

const microsOf = (loads: readonly Loaded[]) =>
  sum(loads.map((one) => one.processorMs)) / sum(loads.map((one) => one.bookingCount));

const medianP99 = (loads: readonly Loaded[]) => median(loads.map(({ p99Ms }) => p99Ms));

/** One load of honest callers on an event of its own. */
async function load(field: Field, abused: Abused | null): Promise<Loaded> {
  const { place, server, generator, abuser, plan } = field;
  const { connections, durationMs, abuserConnections } = plan;
  const { url } = server;
  const [eventId = ''] = await openEvents(place.database, { count: 1, seatCount });
  const soldOutId = await sellOut(place.database);
  const one = { calls: 'book', eventIds: [eventId], firstId: v7(), isRepeated: false } as const;
  await generator.openLoad({ url, connections, durationMs, ...one });
  if (abused !== null) {
    const target = { url, token: abused.token, eventId, soldOutId };
    await abuser.begin({ name: abused.name, target, connections: abuserConnections });
  }
  await pause(leadMs);
  const before = await processorMsOf(field);
  const { pace, usefulCount, failedCount } = await generator.runLoad();
  const after = await processorMsOf(field);
  const statuses = abused === null ? {} : await abuser.end();
  const { bookingsPerSecond, p99Ms } = pace;
  return {
    bookingsPerSecond,
    bookingCount: usefulCount,
    processorMs: after.api - before.api + after.postgres - before.postgres,
    p99Ms: p99Ms ?? Number.NaN,
    failedCount,
    statuses,
  };
}

/** An event without a seat. */
async function sellOut(database: Place['database']): Promise<string> {
  const [eventId = ''] = await openEvents(database, { count: 1, seatCount: 1 });
  const claim = { type: 'book', bookingId: randomUUID(), userId: 'first', quantity: 1 } as const;
  await commit(database, eventId, [claim]);
  return eventId;
}

function summed(all: readonly Statuses[]): Statuses {
  const sums: Record<string, number> = {};
  for (const [status, count] of all.flatMap((statuses) => Object.entries(statuses))) {
    sums[status] = (sums[status] ?? 0) + count;
  }
  return sums;
}
