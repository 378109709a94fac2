import { setTimeout as pause } from 'node:timers/promises';
import { v7 } from 'uuid';
import { judge } from '../judge.ts';
import { openEvents } from '../load/events.ts';
import type { CrowdResult } from '../load/crowd/result.ts';
import { processorTimeOf } from '../processor-time.ts';
import type { Stand } from '../stand.ts';
import { holdfast } from '../ways/holdfast.ts';
import { type Burners, startBurners } from './burn.ts';
import type { Cell, Sale } from './cells.ts';
import type { MatrixPlan } from './plan.ts';
import { type Sample, sampleOf, type Used } from './sample.ts';
import type { Team } from './team.ts';
import type { Wire } from './wire.ts';

/** What a run needs besides its cell and its team. */
export interface RunParts {
  readonly stand: Stand;
  readonly plan: MatrixPlan;
  readonly wire: Wire;
}

interface LoadOf {
  readonly sale: Sale;
  readonly seatCount: number;
}

interface SaleLoad {
  readonly seatCount: number;
  readonly cancellerCount: number;
}

/** Seats and cancellers, so that the sale is what its name says from the first moments on. */
const loads: Readonly<Record<Sale, SaleLoad>> = {
  plenty: { seatCount: 1_000_000, cancellerCount: 0 },
  last_seats: { seatCount: 2_000, cancellerCount: 0 },
  sold_out: { seatCount: 10, cancellerCount: 0 },
  coming_back: { seatCount: 100, cancellerCount: 4 },
};

/** So few that it sells out while PostgreSQL is busy with others. */
const seatCountBesideOthers = 500;

function seatCountOf({ sale, postgres }: Cell): number {
  const isShort = sale === 'last_seats' && postgres === 'overloaded';
  return isShort ? seatCountBesideOthers : loads[sale].seatCount;
}

/** PostgreSQL goes away when the event has been sold out for so long. */
const awayAfterMs = 600;

/**
 * Measures one variant once in one cell, on a new event, and asks the database whether it was safe.
 *
 * @throws Error where it was not
 */
export async function runCell(cell: Cell, team: Team, parts: RunParts): Promise<Sample> {
  const { wire } = parts;
  const { sale, postgres } = cell;
  wire.delay(postgres === '5_ms_away');
  const { databaseUrl, database } = team.place;
  const seatCount = seatCountOf(cell);
  const [eventId = ''] = await openEvents(database, { count: 1, seatCount });
  await using burners = postgres === 'overloaded' ? await startBurners(databaseUrl) : null;
  const use = () => usedBy(team, parts.stand, burners);
  let before = await use();
  const running = load(eventId, team, { ...parts, sale, seatCount });
  if (postgres === 'away') {
    await pause(awayAfterMs);
    before = await use();
    wire.cut();
    await parts.stand.generator.countFromNow();
  }
  const result = await running;
  const after = await use();
  if (postgres === 'away') await comeBack(team, parts);
  await assertSafe(cell, team, eventId);
  return sampleOf(cell, result, { before, after });
}

/** A booking load that nobody looks at, so that code and connections are warm. */
export async function warmUp(team: Team, parts: RunParts): Promise<void> {
  for (const sale of ['plenty', 'coming_back', 'sold_out'] as const) {
    const { seatCount } = loads[sale];
    const [eventId = ''] = await openEvents(team.place.database, { count: 1, seatCount });
    const plan = { ...parts.plan, durationMs: parts.plan.warmUpMs };
    await load(eventId, team, { ...parts, plan, sale, seatCount });
  }
}

async function load(
  eventId: string,
  { url }: Team,
  { stand, plan, sale, seatCount }: RunParts & LoadOf,
): Promise<CrowdResult> {
  const { durationMs, connectionCount } = plan;
  const { cancellerCount } = loads[sale];
  const firstId = v7();
  const crowd = { url, eventId, firstId, durationMs, connectionCount, cancellerCount };
  return await stand.generator.runCrowd({ ...crowd, seatCount });
}

/** Until the processes have found PostgreSQL again. */
async function comeBack(team: Team, parts: RunParts): Promise<void> {
  parts.wire.restore();
  for (let look = 0; look < 20; look += 1) {
    await pause(250);
    const { seatCount } = loads.plenty;
    const [eventId = ''] = await openEvents(team.place.database, { count: 1, seatCount });
    const plan = { ...parts.plan, durationMs: 200 };
    const { counts } = await load(eventId, team, { ...parts, plan, sale: 'plenty', seatCount });
    if (counts.fault + counts.broken === 0 && counts.booked > 0) return;
  }
  throw new Error(`${team.variant.title}: PostgreSQL is there again, and bookings still fail.`);
}

async function usedBy(team: Team, stand: Stand, burners: Burners | null): Promise<Used> {
  const usages = await Promise.all(team.servers.map((server) => server.usage()));
  const { postgres, redis } = stand.services;
  const [postgresMs, redisMs, burnedMs] = await Promise.all([
    postgres && processorTimeOf(postgres.pid),
    redis && processorTimeOf(redis.pid),
    burners === null ? 0 : burners.usedMs(),
  ]);
  const sum = (of: (usage: (typeof usages)[number]) => number) =>
    usages.reduce((total, usage) => total + of(usage), 0);
  return {
    nodeMs: sum(({ cpuMs }) => cpuMs),
    postgresMs: postgresMs === null || burnedMs === null ? null : postgresMs - burnedMs,
    redisMs,
    statementCount: sum(({ statementCount }) => statementCount),
    earlyRefusalCount: sum(({ earlyRefusalCount }) => earlyRefusalCount),
  };
}

async function assertSafe({ sale }: Cell, team: Team, eventId: string): Promise<void> {
  const evidence = { eventIds: [eventId], acknowledgedIds: [] };
  const { isSafe, oversold, broken } = await judge(team.place.database, holdfast, evidence);
  if (isSafe) return;
  const what = `${oversold} seats oversold, broken: ${broken.join(', ') || 'none'}`;
  throw new Error(`${team.variant.title}, ${sale}: ${what}`);
}
