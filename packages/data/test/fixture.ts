import { randomUUID } from 'node:crypto';
import {
  audit,
  type BookingOutcome,
  commitGroups,
  createKnownEvents,
  type Database,
  type DatabaseOptions,
  distribute,
  type GivenGroup,
  type KnownEvents,
  migrate,
  openDatabase,
} from '@holdfast/data';
import type { BookingCommand, Command, Create, Policy, SaleWindow } from '@holdfast/domain';
import { freshCopy, providedServices } from '@holdfast/testing';
import { expect } from 'vitest';

/** Commits on a cluster take several times as long, and its nodes share this machine with the tests. */
export function patience(): Partial<DatabaseOptions> {
  if (!providedServices().isDistributed) return {};
  return { statementTimeoutMs: 20_000, replyTimeoutMs: 25_000 };
}

/** A database of a test file's own, migrated, and distributed where `HOLDFAST_CITUS_URL` names a cluster. */
export async function openFresh(
  options: Partial<DatabaseOptions> = {},
): Promise<{ database: Database; url: string }> {
  const url = await freshCopy({ name: 'tables', fill: makeTables });
  return { database: await openDatabase({ url, ...patience(), ...options }), url };
}

async function makeTables(url: string): Promise<void> {
  const database = await openDatabase({ url });
  await migrate(database);
  if (providedServices().isDistributed) await distributeOverFewShards(database);
  await database.close();
}

/** Some on each node, and not hundreds of tables for each file of tests. */
async function distributeOverFewShards(database: Database): Promise<void> {
  const url = new URL(database.options.url);
  url.searchParams.set('options', '-c citus.shard_count=4');
  await distribute({ ...database, options: { ...database.options, url: url.href } });
}

const knownBy = new WeakMap<Database, KnownEvents>();

/** Each open database stands for a process, with its own knowledge of events. */
export function knownTo(database: Database): KnownEvents {
  const known = knownBy.get(database) ?? createKnownEvents();
  knownBy.set(database, known);
  return known;
}

/** Commits groups as this process, which reads and renews what it knows of events. */
export function commitAs<C extends Command>(
  process: Database,
  groups: readonly GivenGroup<C>[],
): ReturnType<typeof commitGroups<C>> {
  return commitGroups(process, groups, knownTo(process));
}

/** Commits commands of one event that may have been sent before. */
export async function commitOne<C extends Command>(
  process: Database,
  eventId: string,
  commands: readonly C[],
) {
  const [end] = commitAs(process, [{ eventId, commands, isFirstAttempt: false }]);
  if (end === undefined) throw new Error('One group has one end.');
  return (await end).outcomes;
}

interface EventSketch {
  readonly total?: number;
  readonly policy?: Partial<Policy>;
  readonly saleWindow?: SaleWindow;
  readonly title?: string;
  readonly date?: number;
  readonly organizerId?: string;
}

/** The command that makes such an event. */
export function createOf(eventId: string, sketch: EventSketch = {}): Create {
  const { policy, ...rest } = sketch;
  return {
    type: 'create',
    eventId,
    organizerId: 'organizer',
    title: 'A concert',
    date: Date.UTC(2030, 0, 1),
    total: 10,
    saleWindow: { opensAt: null, closesAt: null },
    policy: {
      quantityPerBookingMax: 10,
      activeBookingsPerUserMax: 1,
      holdDurationMs: 60_000,
      holdPauseMs: 0,
      cancelDeadlineMs: null,
      holdExtensionMaxMs: 0,
      extendsWhenSoldOut: true,
      ...policy,
    },
    ...rest,
  };
}

/** Makes an event and puts it on sale; returns its id. */
export async function eventOnSale(database: Database, sketch: EventSketch = {}): Promise<string> {
  const create = createOf(randomUUID(), sketch);
  const open = { type: 'open', organizerId: create.organizerId } as const;
  await commitOne<Command>(database, create.eventId, [create, open]);
  return create.eventId;
}

/** Gives one command and returns its outcome. */
export async function give(
  database: Database,
  eventId: string,
  command: BookingCommand,
): Promise<BookingOutcome> {
  const [outcome] = await commitOne(database, eventId, [command]);
  if (outcome === undefined) throw new Error('One command has one outcome.');
  return outcome;
}

/** A reserve of one seat by a new user under a new id, but for what is said. */
export function reserveBy(
  userId: string,
  more: { bookingId?: string; quantity?: number; replace?: boolean } = {},
): BookingCommand & { type: 'reserve' } {
  return { type: 'reserve', bookingId: randomUUID(), userId, quantity: 1, ...more };
}

/** Every invariant holds, of every event. */
export async function expectSound(database: Database): Promise<void> {
  const report = await audit(database, { eventId: null });
  expect(report.invariants.filter((invariant) => invariant.violations.length > 0)).toEqual([]);
}

/** Lets every hold of an event lapse, as if its time had passed. */
export async function lapseHolds(database: Database, eventId: string): Promise<void> {
  const text = `update bookings set expires_at = now() - interval '1 millisecond'
    where event_id = $1 and status = 'held'`;
  await database.pool.query(text, [eventId]);
}

/** SQL for one server. */
const waiting = `select count(*)::int as waiting from pg_stat_activity
  where datname = current_database() and wait_event_type = 'Lock'`;

/** A row is waited for at the node that has it. */
const waitingOnNodes = `
  select sum(result::int)::int as waiting from run_command_on_all_nodes($$${waiting}$$)`;

/** Ends all holds that have lapsed, as the worker would, for a file that lets them lapse and takes its time. */
export async function sweepLapsed(database: Database): Promise<void> {
  const { rows } = await database.pool.query<{ id: string }>(
    `select distinct event_id as id from bookings where status = 'held' and expires_at <= now()`,
  );
  for (const { id } of rows) {
    await commitOne<Command>(database, id, [{ type: 'expire', bookingCountMax: 1_000 }]);
  }
}

/** How many statements wait for a row now. */
export async function waitingCount({ pool }: Database): Promise<number> {
  const text = providedServices().isDistributed ? waitingOnNodes : waiting;
  const { rows } = await pool.query<{ waiting: number }>(text);
  return rows[0]?.waiting ?? 0;
}

/** From now on its owner can change the ledger, so that the audit has something to find. Citus has no trigger there anyway. */
export async function unlockLedger({ pool }: Database): Promise<void> {
  if (providedServices().isDistributed) return;
  await pool.query('alter table ledger disable trigger user');
}

/** The ledger is as it was before `unlockLedger`. */
export async function lockLedger({ pool }: Database): Promise<void> {
  if (providedServices().isDistributed) return;
  await pool.query('alter table ledger enable trigger user');
}

/** The status of each outcome, or the reason where it was refused. */
export function answers(outcomes: readonly BookingOutcome[]): string[] {
  return outcomes.map((outcome) => {
    if (outcome.status === 'refused') return outcome.reason;
    return outcome.status === 'accepted' ? outcome.booking.status : outcome.status;
  });
}
