import { wholeNumber } from '@holdfast/cli/parts';
import { Option } from 'commander';
import { rehearsalCommand } from '../rehearsal.ts';
import { reasonsAgainst } from './judge-year.ts';
import { runYear } from './run-year.ts';
import { yearText } from './year-text.ts';

interface YearOptions {
  readonly eventsPerDay: number;
  readonly seats: number;
  readonly keepAll?: boolean;
}

/** A month of events stays, and two days of what was delivered. */
const retention = { eventDays: 30, outboxHours: 48 };
const userCount = 20_000;
const minutesMax = 10;

const about = `
Sells twelve months of a shop's events in minutes, on a PostgreSQL of its own, with
autovacuum on. An event is sold by commit; the others are copies of all its rows, each
in its days. At the end of each month the worker's retention runs as of that day:
events that were over for 30 days are archived, and rows of the outbox removed two days
after they were delivered. Then tables are measured, and what a shop asks all day is timed.

It passes if the live tables grow no more once as much is archived as is sold, if every
query takes in month 12 what it took in month 1 (half more at most), if the audit finds
nothing, and if the archives that are opened keep every promise. With --keep-all nothing
is archived: the tables grow, and it must fail.

Examples:
  pnpm rehearse year                 three minutes, 2 GB of disk
  pnpm rehearse year --keep-all      the control`;

/** `pnpm rehearse year` */
export const year = () =>
  rehearsalCommand<YearOptions>({
    name: 'year',
    title: 'Let a year of a busy shop pass, with retention',
    about,
    options: [
      new Option('--events-per-day <n>', 'events that take place each day')
        .argParser(wholeNumber(1, 50))
        .default(5),
      new Option('--seats <n>', 'seats of each event')
        .argParser(wholeNumber(10, 2_000))
        .default(200),
      new Option('--keep-all', 'without retention: the control'),
    ],
    // The packages bring PostgreSQL.
    programs: () => [],
    minutesMax: () => minutesMax,
    run: async ({ eventsPerDay, seats: seatCount, keepAll = false }, watching) => {
      const plan = { eventsPerDay, seatCount, userCount, retention: keepAll ? null : retention };
      const passed = await runYear(plan, watching);
      const reasons = reasonsAgainst(passed);
      const verdict = reasons.length === 0 ? 'pass' : 'fail';
      return {
        report: { verdict, reasons, ...passed },
        text: (layout) => yearText(passed, reasons, layout),
      };
    },
  });
