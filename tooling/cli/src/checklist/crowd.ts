import { duration, figure, median, sum } from '@holdfast/command';
import { audit } from '@holdfast/data';
import type { DetailedReport } from '../judge/report.ts';
import { runTrial, type TrialPlan, type Watch } from '../judge/trial.ts';
import { runClosedLoop } from '../load/storm.ts';
import type { Target } from '../load/target.ts';
import { withDatabase } from '../servers/database.ts';
import { type Point, pointWith } from './point.ts';

const plan: TrialPlan = {
  mode: 'closed_loop',
  userCount: 100,
  seatCount: 50,
  drive: runClosedLoop,
  asksAgain: false,
  allowErrors: false,
};

/** Code is compiled and connections are opened in the first ones, which count in no latency. */
const warmUpCount = 10;
const measuredCount = 11;

/** What the crowds were told, and what the database holds. */
export interface Crowds {
  readonly reports: readonly DetailedReport[];
  /** Those whose latency counts. */
  readonly measured: readonly DetailedReport[];
}

/**
 * Lets crowds of 100 users at events with 50 seats, each on an event of its own, all users at once.
 *
 * @example await runCrowds(stack, { steps, stop })
 */
export async function runCrowds(target: Target, watch: Watch): Promise<Crowds> {
  const reports: DetailedReport[] = [];
  for (let count = 0; count < warmUpCount + measuredCount; count += 1) {
    reports.push(await runTrial(target, plan, watch));
  }
  return { reports, measured: reports.slice(warmUpCount) };
}

/** Did each crowd buy every seat, with an answer for everybody? */
export function stressPoint({ reports }: Crowds): Point {
  const { userCount, seatCount } = plan;
  const failed = reports.flatMap(({ report }) => (report.verdict === 'fail' ? report.reasons : []));
  const sold = sum(reports.map(({ report }) => report.confirmed));
  const refused = sum(reports.map(({ report }) => report.refused));
  const isSoldOut = reports.every(({ report }) => report.confirmed === seatCount);
  const said = `${reports.length} crowds of ${userCount}: ${figure(sold)} of ${figure(reports.length * seatCount)} seats sold, ${figure(refused)} users refused`;
  return pointWith({
    title: 'Run stress test with 100 concurrent users',
    passed: failed.length === 0 && isSoldOut,
    figure: [said, ...failed].join('. '),
    fix: 'pnpm stress --users 100 --seats 50 shows who was not served, and why',
  });
}

const p99MsMax = 100;

/**
 * From the click to the answer. Of several crowds it is the middle one that counts: where another program takes
 * the machine for a moment, that crowd is slow, and says nothing of the next.
 */
export function latencyPoint({ measured }: Crowds): Point {
  const p99s = measured.map(({ report }) => report.latencyMs.p99 ?? Number.POSITIVE_INFINITY);
  const middle = median(p99s);
  return pointWith({
    title: 'Check P99 latency < 100ms',
    passed: middle < p99MsMax,
    figure: `${duration(middle)} in the middle one of ${measured.length} crowds (${duration(Math.min(...p99s))} to ${duration(Math.max(...p99s))}), all 100 users at once`,
    fix: 'let nothing else use this machine during the run; pnpm bench --quick compares a booking with an empty call on this machine',
  });
}

/**
 * Asks the database itself, once everything has been done to it: seats beyond those there are, and rows that
 * break an invariant.
 */
export async function overbookingPoint(
  { databaseUrl }: Pick<Target, 'databaseUrl'>,
  { reports }: Crowds,
): Promise<Point> {
  const { eventCount, overbooked, violationCount } = await withDatabase(
    { url: databaseUrl, applicationName: 'holdfast-audit' },
    async (database) => {
      const { violationCount: found } = await audit(database, { eventId: null });
      const { rows } = await database.pool.query<{ events: number; overbooked: number }>(`
        select count(*)::int as events, count(*) filter (where taken > seat_count)::int as overbooked
        from (
          select e.seat_count, coalesce(sum(b.seat_count), 0) as taken
          from events e left join bookings b on b.event_id = e.id and b.status in ('held', 'confirmed')
          group by e.id
        ) e`);
      const [row] = rows;
      return { eventCount: row?.events ?? 0, overbooked: row?.overbooked, violationCount: found };
    },
  );
  const isEachThere = reports.every(({ report }) => report.lostAcknowledged === 0);
  return pointWith({
    title: 'Verify 0 overbookings in database',
    passed: overbooked === 0 && violationCount === 0 && isEachThere,
    figure: `${overbooked ?? 'an unknown number'} of ${figure(eventCount)} events overbooked, ${figure(violationCount)} rows break an invariant (I1 to I10)`,
    fix: 'stop selling; pnpm holdfast audit names the rows and what to do next, pnpm holdfast doctor the guard that is missing',
  });
}
