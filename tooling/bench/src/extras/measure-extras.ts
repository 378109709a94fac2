import { fileURLToPath } from 'node:url';
import { median, type Steps, sum } from '@holdfast/command';
import { v7 } from 'uuid';
import { type Child, startChild } from '../child.ts';
import { openEvents } from '../load/events.ts';
import type { ServerUnderTest } from '../server/start-server.ts';
import { openStand, type Place, type Stand } from '../stand.ts';
import type { CollectorFunctions } from './collector.ts';
import { type Extra, extrasFor } from './extras.ts';

/** The same load on servers that are told different things, in turn. */
export interface ExtrasPlan {
  readonly connections: number;
  /** All servers are started anew so often: one may be slower for as long as it lives. */
  readonly startCount: number;
  /** Of each start. In a round each server has two loads, forth and back. */
  readonly roundCount: number;
  /** Of one load. */
  readonly durationMs: number;
  readonly warmUpMs: number;
}

export interface ExtrasRow extends Pick<Extra, 'name' | 'title' | 'isLimited' | 'isTraced'> {
  /** Medians over rounds. */
  readonly bookingsPerSecond: number;
  /** The api's processor time for each booking, in microseconds. */
  readonly micros: number;
  readonly p99Ms: number;
  /** Rates, and processor times, by those of the first server, a round each. */
  readonly rateRatios: readonly number[];
  readonly microsRatios: readonly number[];
  readonly failedCount: number;
  /** What it sent to the collector for each booking. */
  readonly sentBytes: number;
  /** Was it what its name says? */
  readonly isAsTold: boolean;
}

export const fullExtras: ExtrasPlan = {
  connections: 100,
  startCount: 2,
  roundCount: 5,
  durationMs: 1_000,
  warmUpMs: 2_500,
};

export const tinyExtras: ExtrasPlan = {
  connections: 4,
  startCount: 1,
  roundCount: 1,
  durationMs: 600,
  warmUpMs: 600,
};

/** Everybody books once in a load: more than any load of that length gets through. */
const usersPerSecond = 14_000;
const seatCount = 1_000_000;
const collectorEntry = fileURLToPath(new URL('./collector.ts', import.meta.url));

/** What limits on callers and traces cost honest callers, who are never refused. */
export async function measureExtras(plan: ExtrasPlan, steps: Steps): Promise<readonly ExtrasRow[]> {
  const durationMsMax = Math.max(plan.durationMs, plan.warmUpMs);
  const userCount = Math.ceil((usersPerSecond * durationMsMax) / 1_000);
  await using stand = await steps.step('PostgreSQL and Redis', () =>
    openStand(userCount, (line) => steps.note(line), { hasAddresses: true }),
  );
  await using collector = startChild<CollectorFunctions>({
    name: 'The collector',
    entry: collectorEntry,
  });
  const place = await stand.newPlace('holdfast');
  const extras = extrasFor(await collector.remote.url());
  const rounds: Round[] = [];
  const field: Field = { stand, place, collector, plan };
  for (let start = 1; start <= plan.startCount; start += 1) {
    await using team = await startTeam(field, extras);
    for (let round = 1; round <= plan.roundCount; round += 1) {
      const title = `start ${start} of ${plan.startCount}, round ${round} of ${plan.roundCount}`;
      rounds.push(await steps.step(title, () => runRound(field, team.members)));
    }
  }
  return extras.map((extra, index) => rowOf(extra, index, rounds));
}

interface Field {
  readonly stand: Stand;
  readonly place: Place;
  readonly collector: Child<CollectorFunctions>;
  readonly plan: ExtrasPlan;
}

/** A server that was told of an extra. */
interface Member {
  readonly extra: Extra;
  readonly server: ServerUnderTest;
  /** Do its answers speak of limits? */
  readonly isLimited: boolean;
}

async function startTeam(field: Field, extras: readonly Extra[]) {
  await using started = new AsyncDisposableStack();
  const members: Member[] = [];
  for (const extra of extras) {
    const server = started.use(await field.place.startServer(null, extra.settings));
    const { headers } = await fetch(`${server.url}/trpc/health.live`);
    members.push({ extra, server, isLimited: headers.has('ratelimit') });
  }
  for (const member of members) await load(field, member, field.plan.warmUpMs);
  const own = started.move();
  return { members, [Symbol.asyncDispose]: () => own.disposeAsync() };
}

/** What the loads of one server showed in one round. */
interface Shown {
  readonly bookingCount: number;
  readonly bookingsPerSecond: number;
  readonly processorMs: number;
  readonly p99Ms: number;
  readonly failedCount: number;
  readonly sentBytes: number;
  readonly isLimited: boolean;
}

/** What each server showed, in the order of the extras. */
type Round = readonly Shown[];

async function runRound(field: Field, members: readonly Member[]): Promise<Round> {
  const loads = members.map((): Shown[] => []);
  const forth = [...members.entries()];
  for (const [index, member] of [...forth, ...forth.toReversed()]) {
    loads[index]?.push(await load(field, member, field.plan.durationMs));
  }
  return loads.map(together);
}

/** One load, on an event of its own. */
async function load(
  { stand, place, collector, plan }: Field,
  { extra, server, isLimited }: Member,
  durationMs: number,
): Promise<Shown> {
  const { generator } = stand;
  const eventIds = await openEvents(place.database, { count: 1, seatCount });
  const one = { calls: 'book', eventIds, firstId: v7(), isRepeated: false } as const;
  await generator.openLoad({
    url: server.url,
    connections: plan.connections,
    durationMs,
    ...one,
  });
  const sentBytes = () => collector.remote.byteCountOf(extra.name);
  const [before, sentBefore] = [await server.usage(), await sentBytes()];
  const { pace, usefulCount, failedCount } = await generator.runLoad();
  const after = await server.usage();
  return {
    bookingCount: usefulCount,
    bookingsPerSecond: pace.bookingsPerSecond,
    processorMs: after.cpuMs - before.cpuMs,
    p99Ms: pace.p99Ms ?? Number.NaN,
    failedCount,
    sentBytes: (await sentBytes()) - sentBefore,
    isLimited,
  };
}

function together(loads: readonly Shown[]): Shown {
  const total = (of: (one: Shown) => number) => sum(loads.map(of));
  return {
    bookingCount: total((one) => one.bookingCount),
    bookingsPerSecond: total((one) => one.bookingsPerSecond) / loads.length,
    processorMs: total((one) => one.processorMs),
    p99Ms: Math.max(...loads.map((one) => one.p99Ms)),
    failedCount: total((one) => one.failedCount),
    sentBytes: total((one) => one.sentBytes),
    isLimited: loads.every((one) => one.isLimited),
  };
}

const microsOf = ({ processorMs, bookingCount }: Shown) => (processorMs * 1_000) / bookingCount;

function rowOf(extra: Extra, index: number, rounds: readonly Round[]): ExtrasRow {
  const { name, title, isLimited, isTraced } = extra;
  const own = rounds.flatMap((round) => round[index] ?? []);
  const first = rounds.flatMap((round) => round[0] ?? []);
  const ratios = (of: (one: Shown) => number) =>
    own.map((one, round) => of(one) / (first[round] === undefined ? Number.NaN : of(first[round])));
  const sentBytes = sum(own.map((one) => one.sentBytes));
  return {
    name,
    title,
    isLimited,
    isTraced,
    bookingsPerSecond: median(own.map((one) => one.bookingsPerSecond)),
    micros: median(own.map(microsOf)),
    p99Ms: median(own.map((one) => one.p99Ms)),
    rateRatios: ratios((one) => one.bookingsPerSecond),
    microsRatios: ratios(microsOf),
    failedCount: sum(own.map((one) => one.failedCount)),
    sentBytes: sentBytes / sum(own.map((one) => one.bookingCount)),
    isAsTold: own.every((one) => one.isLimited === isLimited) && sentBytes > 0 === isTraced,
  };
}
