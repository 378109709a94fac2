import { v7 } from 'uuid';
import type { Contestant } from './contestant.ts';
import { judge } from './judge.ts';
import { type CallName, orderLineCount } from './load/calls.ts';
import type { LoadResult } from './load/generate.ts';
import type { Cost, Measurement } from './measurement.ts';
import type { RunPlan } from './plan.ts';
import { processorTimeOf } from './processor-time.ts';
import type { Stand } from './stand.ts';
import type { Way } from './ways/way.ts';

export interface RunParts {
  readonly stand: Stand;
  readonly contestant: Contestant;
  readonly round: number;
  readonly among: Measurement['among'];
  readonly durationMs: number;
}

/**
 * Puts one load on one way or ceiling, and asks its database afterwards.
 *
 * @example await run({ subject: 'holdfast', load: 'hot', connections: 100 }, parts)
 */
export async function run(plan: RunPlan, parts: RunParts): Promise<Measurement> {
  const { stand, contestant, round, among, durationMs } = parts;
  const { way, place, servers, url } = contestant;
  const eventIds = way === null ? unbooked : await contestant.eventsFor(plan.load);
  for (const server of servers) await server.prepare();
  const calls = callsOf(plan, way);
  const bookingCount = calls === 'order' ? orderLineCount(eventIds.length) : 1;
  await stand.generator.openLoad({
    url,
    calls,
    connections: plan.connections,
    durationMs,
    eventIds,
    firstId: v7(),
    isRepeated: way === null || isRead(plan),
  });
  const before = await used(parts);
  const { pace, acknowledgedIds, generatorMicros, usefulCount } = await stand.generator.runLoad();
  const cost = costOf(usefulCount, before, await used(parts));
  const evidence = { eventIds: judgedIn(plan, eventIds), acknowledgedIds, bookingCount };
  const judgement = way && (await judge(place.database, way, evidence));
  const processCount = servers.length;
  const bookingsPerSecond = pace.bookingsPerSecond * bookingCount;
  const measured = { ...pace, bookingsPerSecond, cost, generatorMicros, judgement };
  return { ...plan, ...measured, round, among, processCount };
}

/** Ceilings and ways of their own are called as our client calls. */
function callsOf({ load }: RunPlan, way: Way | null): CallName {
  if (load === 'get' || load === 'list') return load;
  return way?.server.type === 'holdfast' ? way.server.calls : 'book';
}

/** What nothing is booked of needs only a name. */
const unbooked = ['0197f0a0-0000-7000-8000-000000000001'];

/** Reads change nothing: one event stands for all that were read. */
function judgedIn(plan: RunPlan, eventIds: readonly string[]): readonly string[] {
  return isRead(plan) ? eventIds.slice(0, 1) : eventIds;
}

function isRead({ load }: RunPlan): boolean {
  return load === 'get' || load === 'list';
}

interface Used {
  readonly serverMs: number;
  readonly postgresMs: number | null;
  readonly redisMs: number | null;
}

async function used({ contestant, stand }: RunParts): Promise<Used> {
  const usages = await Promise.all(contestant.servers.map((server) => server.usage()));
  const { postgres, redis } = stand.services;
  return {
    serverMs: usages.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    postgresMs: postgres && (await processorTimeOf(postgres.pid)),
    redisMs: redis && (await processorTimeOf(redis.pid)),
  };
}

function costOf(usefulCount: LoadResult['usefulCount'], before: Used, after: Used): Cost {
  const each = (amount: number) => amount / Math.max(1, usefulCount);
  const microsBetween = (from: number | null, to: number | null) =>
    from === null || to === null ? null : each((to - from) * 1_000);
  return {
    serverMicros: each((after.serverMs - before.serverMs) * 1_000),
    postgresMicros: microsBetween(before.postgresMs, after.postgresMs),
    redisMicros: microsBetween(before.redisMs, after.redisMs),
  };
}
