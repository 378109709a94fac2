import { wholeNumber } from '@holdfast/cli/parts';
import { Option } from 'commander';
import { rehearsalCommand } from '../rehearsal.ts';
import { programsIn } from './cluster.ts';
import { type CitusOptions, rehearseCitus } from './rehearse-citus.ts';

const about = `
Starts a Citus cluster on this machine (a coordinator and its workers),
distributes the tables by event, and puts Holdfast on it: two api processes, a
worker, Redis. Then a storm on several events at once; users who go on booking
while the rows of their event move to another node and back; and the audit of all.
It passes if nothing is oversold or lost, and everybody is answered.

With --hold it only starts the cluster, prints the line that makes tests, stress,
chaos and bench work on it (HOLDFAST_CITUS_URL), and ends it on Ctrl-C.

Debian has no package of Citus: see docs/distributed.md.

Examples:
  pnpm rehearse citus --programs /usr/lib/postgresql/15/bin
  pnpm rehearse citus --hold`;

const several = wholeNumber(1, 64);

/** `pnpm rehearse citus`. */
export const citus = () =>
  rehearsalCommand<CitusOptions>({
    name: 'citus',
    title: 'Tables distributed over the nodes of a Citus cluster, under load',
    about,
    options: [
      new Option('--programs <folder>', 'initdb and postgres of a PostgreSQL with Citus').default(
        '/usr/lib/postgresql/15/bin',
      ),
      new Option('--workers <n>', 'nodes that have rows').argParser(several).default(2),
      new Option('--users <n>', 'of the storm').argParser(wholeNumber(1, 20_000)).default(5_000),
      new Option('--events <n>', 'that they want').argParser(several).default(4),
      new Option('--hold', 'only start the cluster, until Ctrl-C'),
    ],
    programs: ({ programs }) =>
      Object.values(programsIn(programs)).map((name) => ({ name, debianPackage: 'postgresql-15' })),
    minutesMax: ({ hold = false }) => (hold ? 24 * 60 : 10),
    run: rehearseCitus,
  });
