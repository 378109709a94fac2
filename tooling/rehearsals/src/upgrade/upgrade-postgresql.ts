import { randomInt } from 'node:crypto';
import { wholeNumber } from '@holdfast/cli/parts';
import { Option } from 'commander';
import { oldPostgresPrograms } from '../old-postgres/old-postgres.ts';
import { rehearsalCommand } from '../rehearsal.ts';
import { underLoadText } from '../under-load.ts';
import { runUpgradePostgresql } from './run-upgrade-postgresql.ts';

const seedMax = 999_999_999;

const about = `
Starts Debian's PostgreSQL 15 and npm's PostgreSQL 18, Redis, the api (two
processes) and the worker, which work on 15, and puts a load on them. Then it does
what docs/runbook.md says: 18 gets the tables and follows 15 by logical
replication, while bookings go on. When it has all, every connection to 15 is cut,
the last rows come over, and the address leads to 18. No process is stopped: each
finds the new server by itself.

It passes if every call had its answer within its retries, nothing was lost, nobody
was refused wrongly, and the rate was back within 5 s. It says for how long nobody
could book.

Examples:
  pnpm rehearse upgrade-postgresql`;

/** `pnpm rehearse upgrade-postgresql` */
export const upgradePostgresql = () =>
  rehearsalCommand<{ readonly seed?: number }>({
    name: 'upgrade-postgresql',
    title: 'Move from PostgreSQL 15 to 18 under load',
    about,
    options: [
      new Option('--seed <n>', 'repeats the choices of the load').argParser(
        wholeNumber(0, seedMax),
      ),
    ],
    programs: () => oldPostgresPrograms,
    minutesMax: () => 6,
    run: async ({ seed = randomInt(seedMax) }, watching) => {
      const report = await runUpgradePostgresql(seed, watching);
      return { report, text: (layout) => underLoadText(report, layout) };
    },
  });
