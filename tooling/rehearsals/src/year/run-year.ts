import type { Steps } from '@holdfast/command';
import {
  auditNext,
  type Database,
  linesOfParts,
  listArchives,
  migrate,
  openDatabase,
  readParts,
  verifyArchive,
} from '@holdfast/data';
import { startServices } from '@holdfast/services';
import { Client } from 'pg';
import { copyEvent } from './copy-event.ts';
import { type Times, timeQueries } from './hot-queries.ts';
import { daysPerMonth, monthCount, saleDays, type YearPlan } from './plan.ts';
import { type RetainedMonth, retainMonth } from './retain-month.ts';
import { readTableSizes, type TableSize } from './table-sizes.ts';
import { makeTemplate, openEvent, type TemplateEvent } from './template-event.ts';

/** What a month left behind. */
export interface YearMonth {
  readonly month: number;
  readonly soldEvents: number;
  readonly retained: RetainedMonth | null;
  readonly sizes: readonly TableSize[];
  readonly times: Times;
}

/** A year, and what was found at its end. */
export interface Year {
  readonly months: readonly YearMonth[];
  readonly databaseBytes: number;
  readonly violationCount: number;
  readonly verifiedArchives: number;
  readonly brokenArchives: number;
}

const dayMs = 86_400_000;
const liveEventCount = 20;
const liveSeatCount = 10_000;
/** Archives that are proved at the end. */
const verifiedCountMax = 30;
/** Of the audit at the end. */
const weightMax = 50_000;
/** Events that one statement copies. */
const copyCountMax = 20;

interface Parts {
  readonly database: Database;
  readonly client: Client;
  readonly template: TemplateEvent;
  readonly liveIds: readonly string[];
}

/** Starts a PostgreSQL, lets a year pass in it, and ends it. */
export async function runYear(
  plan: YearPlan,
  { steps, stop }: { readonly steps: Steps; readonly stop: AbortSignal },
): Promise<Year> {
  await using disposing = new AsyncDisposableStack();
  const services = await startServices({
    directory: null,
    redis: false,
    log: (line) => steps.note(line),
  });
  disposing.defer(() => services.stop());
  const patience = { lockTimeoutMs: 10_000, statementTimeoutMs: 60_000, replyTimeoutMs: 60_000 };
  const database = await openDatabase({ url: services.databaseUrl, poolSizeMax: 10, ...patience });
  disposing.defer(() => database.close());
  const client = new Client({ connectionString: services.databaseUrl });
  await client.connect();
  disposing.defer(() => client.end());
  await migrate(database);
  // A month takes seconds here: autovacuum looks as often in it as it does in a real one.
  await client.query(`alter system set autovacuum_naptime = '1s'`);
  await client.query('select pg_reload_conf()');
  const parts = await steps.step('a sold event, and events on sale', async () => ({
    database,
    client,
    template: await makeTemplate(database, plan.seatCount),
    liveIds: await openLiveEvents(database),
  }));
  const months: YearMonth[] = [];
  const yearBeganAt = Date.now() - monthCount * daysPerMonth * dayMs;
  for (let month = 1; month <= monthCount; month += 1) {
    stop.throwIfAborted();
    const endsAt = yearBeganAt + month * daysPerMonth * dayMs;
    months.push(
      await steps.step(`month ${month}`, () => passMonth(parts, { plan, month, endsAt }, stop)),
    );
  }
  const found = await steps.step('the audit, and archives', () => judge(database));
  return { months, ...found };
}

async function openLiveEvents(database: Database): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let count = 0; count < liveEventCount; count += 1) {
    ids.push(await openEvent(database, { seatCount: liveSeatCount, inDays: saleDays + count }));
  }
  return ids;
}

interface Month {
  readonly plan: YearPlan;
  readonly month: number;
  readonly endsAt: number;
}

async function passMonth(
  { database, client, template, liveIds }: Parts,
  { plan, month, endsAt }: Month,
  stop: AbortSignal,
): Promise<YearMonth> {
  const salesBeginAt = beginsOf(plan, endsAt);
  for (let start = 0; start < salesBeginAt.length; start += copyCountMax) {
    stop.throwIfAborted();
    const some = salesBeginAt.slice(start, start + copyCountMax);
    await copyEvent(client, template, { salesBeginAt: some, userCount: plan.userCount });
  }
  const { retention } = plan;
  const retained =
    retention === null ? null : await retainMonth(database, { retention, now: endsAt }, stop);
  return {
    month,
    soldEvents: salesBeginAt.length,
    retained,
    sizes: await readTableSizes(database),
    times: await timeQueries({ database, liveIds, userCount: plan.userCount }),
  };
}

/** An event takes place every so many hours, all month. */
function beginsOf({ eventsPerDay }: YearPlan, endsAt: number): readonly Date[] {
  const count = eventsPerDay * daysPerMonth;
  const stepMs = dayMs / eventsPerDay;
  return Array.from(
    { length: count },
    (_, index) => new Date(endsAt - (count - index) * stepMs - saleDays * dayMs),
  );
}

async function judge(database: Database): Promise<Omit<Year, 'months'>> {
  let violationCount = 0;
  let after: string | null = null;
  do {
    const part: Awaited<ReturnType<typeof auditNext>> = await auditNext(database, {
      after,
      weightMax,
    });
    violationCount += part.violationCount;
    after = part.next;
  } while (after !== null);
  let [verifiedArchives, brokenArchives] = [0, 0];
  for (const { eventId } of await listArchives(database, {
    afterId: null,
    limit: verifiedCountMax,
  })) {
    const lines = linesOfParts(readParts(database, eventId));
    const { report } = await verifyArchive(database, lines);
    verifiedArchives += 1;
    brokenArchives += report.violationCount > 0 ? 1 : 0;
  }
  const { rows } = await database.pool.query<{ bytes: number }>(
    'select pg_database_size(current_database())::float8 as bytes',
  );
  const databaseBytes = rows[0]?.bytes ?? Number.NaN;
  return { databaseBytes, violationCount, verifiedArchives, brokenArchives };
}
