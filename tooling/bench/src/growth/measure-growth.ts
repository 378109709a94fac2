import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { figure, type Steps } from '@holdfast/command';
import { type Contestant, startContestant } from '../contestant.ts';
import type { Measurement } from '../measurement.ts';
import { run } from '../run.ts';
import { openStand, type Stand } from '../stand.ts';
import { fillTables } from './fill-tables.ts';
import type { GrowthLevel, GrowthPlan } from './plan.ts';

/** A level, how large its database was, and what was measured beside it. */
export interface GrownLevel {
  readonly level: GrowthLevel;
  readonly databaseMiB: number;
  readonly measurements: readonly Measurement[];
}

interface Grown extends GrownLevel {
  readonly measurements: Measurement[];
  readonly contestant: Contestant;
}

/** Before the first: its figures do not count. */
const warmUpRound = -1;

const bytesPerMiB = 1_048_576;

/** A booking with its ledger row, their indexes, and their WAL until a checkpoint. Measured: 0.8 KB. */
const bytesPerBooking = 2_000;

/** What is read: few events beside all that stand there. */
const readEvents = { eventCount: 100, scarceSeatCount: 1 };

const loads = ['hot', 'get', 'list'] as const;

/**
 * The same loads on databases of different sizes, each with a server of its own, in rounds: what
 * disturbs the machine disturbs all sizes alike.
 *
 * @example const levels = await measureGrowth(growthPlan(1_000_000), steps)
 */
export async function measureGrowth(
  plan: GrowthPlan,
  steps: Steps,
): Promise<readonly GrownLevel[]> {
  await using stand = await steps.step('PostgreSQL, Redis and users', () =>
    openStand(plan.userCount, (line) => steps.note(line)),
  );
  const grown: Grown[] = [];
  for (const level of plan.levels) grown.push(await grow(stand, level, steps));
  const session = { stand, plan, steps };
  await measureRound(session, grown, warmUpRound);
  for (let round = 0; round < plan.roundCount; round += 1) {
    await measureRound(session, grown, round);
  }
  return grown;
}

/** Forth in one round, back in the next. */
async function measureRound(session: Session, grown: readonly Grown[], round: number) {
  for (const one of round % 2 === 0 ? grown : grown.toReversed()) {
    for (const load of loads) {
      const measurement = await runOnce(session, { one, load, round });
      if (round !== warmUpRound) one.measurements.push(measurement);
    }
  }
}

async function grow(stand: Stand, level: GrowthLevel, steps: Steps): Promise<Grown> {
  const bookingCount = level.eventCount * level.bookingsEach;
  await requireDisk(bookingCount);
  const contestant = await startContestant(stand, readEvents, 'holdfast');
  const { database } = contestant.place;
  await steps.progress(titleOf(level), bookingCount, (onProgress) =>
    fillTables(contestant.place, level, onProgress),
  );
  const { rows } = await database.pool.query<{ bytes: string }>(
    'select pg_database_size(current_database()) as bytes',
  );
  return {
    level,
    databaseMiB: Number(rows[0]?.bytes ?? 0) / bytesPerMiB,
    measurements: [],
    contestant,
  };
}

async function requireDisk(bookingCount: number): Promise<void> {
  const { bavail, bsize } = await statfs(tmpdir());
  const [free, wanted] = [bavail * bsize, bookingCount * bytesPerBooking];
  if (free >= wanted) return;
  throw new Error(
    `${figure(bookingCount)} bookings may need ${figure(wanted / bytesPerMiB)} MiB, and ${tmpdir()} has ${figure(free / bytesPerMiB)}. Take fewer: --rows 1000000.`,
  );
}

interface Session {
  readonly stand: Stand;
  readonly plan: GrowthPlan;
  readonly steps: Steps;
}

interface Turn {
  readonly one: Grown;
  readonly load: (typeof loads)[number];
  readonly round: number;
}

function runOnce({ stand, plan, steps }: Session, turn: Turn): Promise<Measurement> {
  const { one, load, round } = turn;
  const isWarmUp = round === warmUpRound;
  const title = `${isWarmUp ? 'warm-up' : `${round + 1}/${plan.roundCount}`} ${load}, ${titleOf(one.level)}`;
  const durationMs = isWarmUp ? plan.warmUpMs : plan.durationMs;
  const parts = { stand, contestant: one.contestant, round: Math.max(0, round), durationMs };
  return steps.step(
    title,
    () =>
      run(
        { subject: 'holdfast', load, connections: plan.connections },
        { ...parts, among: 'ways' },
      ),
    ({ bookingsPerSecond, readsPerSecond }) => `${figure(bookingsPerSecond + readsPerSecond)}/s`,
  );
}

/** @example '1,000,000 bookings of 1,000 events' */
function titleOf({ eventCount, bookingsEach }: GrowthLevel): string {
  return `${figure(eventCount * bookingsEach)} bookings of ${figure(eventCount)} events`;
}
