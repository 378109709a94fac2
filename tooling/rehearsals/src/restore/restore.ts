import { randomInt } from 'node:crypto';
import { wholeNumber } from '@holdfast/cli/parts';
import { Option } from 'commander';
import { oldPostgresPrograms } from '../old-postgres/old-postgres.ts';
import { rehearsalCommand } from '../rehearsal.ts';
import { restoreText } from './restore-report.ts';
import { runRestore } from './run-restore.ts';

interface RestoreOptions {
  readonly seconds: number;
  readonly seed?: number;
}

const secondsMax = 120;
const seedMax = 999_999_999;

const about = `
Starts Debian's PostgreSQL 15 with its log archived, Redis, the api (two
processes) and the worker. Under load it takes a base backup (pg_basebackup),
remembers a moment, lets bookings go on, and deletes half of all bookings.
Then it does what docs/runbook.md says: stops selling, asks the damaged database
whom to tell, restores the moment from backup and log, and sells on, with Redis
left as it is: ahead of the database.

It passes if the audit saw the deletion, all that was told until the moment is
there as told and nothing else is, each booking that was taken back is named by
the damaged database, and Redis, cached reads and a page that was open all the
time are right again within 30 s.

Examples:
  pnpm rehearse restore
  pnpm --silent rehearse restore --json | jq .sellingAgainMs`;

/** `pnpm rehearse restore` */
export const restore = () =>
  rehearsalCommand<RestoreOptions>({
    name: 'restore',
    title: 'Bring PostgreSQL back to a moment before a disaster, under load before and after',
    about,
    options: [
      new Option('--seconds <n>', 'how long bookings go on before the moment, and after it')
        .argParser(wholeNumber(1, secondsMax))
        .default(5),
      new Option('--seed <n>', 'repeats the choices of the load').argParser(
        wholeNumber(0, seedMax),
      ),
    ],
    programs: () => oldPostgresPrograms,
    minutesMax: ({ seconds }) => 5 + seconds / 20,
    run: async ({ seconds: secondsEach, seed = randomInt(seedMax) }, watching) => {
      const report = await runRestore({ seed, secondsEach }, watching);
      return { report, text: (layout) => restoreText(report, layout) };
    },
  });
