import { randomInt } from 'node:crypto';
import { wholeNumber } from '@holdfast/cli/parts';
import { Option } from 'commander';
import { rehearsalCommand } from '../rehearsal.ts';
import { programsIn } from './cluster.ts';
import { parts as all } from './parts.ts';
import { holdCluster, rehearseCitus } from './rehearse-citus.ts';

interface CitusOptions {
  readonly programs: string;
  readonly workers: number;
  readonly users: number;
  readonly events: number;
  readonly part: readonly string[];
  readonly seed?: number;
  readonly hold?: boolean;
}

const seedMax = 999_999_999;

const about = `
Starts a Citus cluster on this machine (a coordinator and its workers),
distributes the tables by event, and puts Holdfast on it: two api processes, a
worker, Redis. Then:
${all.map(({ name, title }) => `  ${name.padEnd(12)} ${title}`).join('\n')}
At the end it audits all events. It passes if nothing is oversold, lost, or half
there, everybody is answered, events of other nodes go on selling while a node is
dead, and its own come back by themselves.

With --hold it only starts the cluster, prints the line that makes tests, stress,
chaos and bench work on it (HOLDFAST_CITUS_URL), and ends it on Ctrl-C.

Debian has no package of Citus: see docs/distributed.md.

Examples:
  pnpm rehearse citus --programs /usr/lib/postgresql/15/bin
  pnpm rehearse citus --part node doubt
  pnpm rehearse citus --hold`;

const nodeCountMax = 64;

/** `pnpm rehearse citus`. */
export const citus = () =>
  rehearsalCommand<CitusOptions>({
    name: 'citus',
    title: 'Tables distributed over the nodes of a Citus cluster, under load, and nodes that die',
    about,
    options: [
      new Option('--programs <folder>', 'initdb and postgres of a PostgreSQL with Citus').default(
        '/usr/lib/postgresql/15/bin',
      ),
      new Option('--workers <n>', 'nodes that have rows')
        .argParser(wholeNumber(2, nodeCountMax))
        .default(2),
      new Option('--users <n>', 'of the storm').argParser(wholeNumber(1, 20_000)).default(5_000),
      new Option('--events <n>', 'that they want')
        .argParser(wholeNumber(1, nodeCountMax))
        .default(4),
      new Option('--part <names...>', 'what to try').choices(all.map(({ name }) => name)).default(
        all.map(({ name }) => name),
        'all',
      ),
      new Option('--seed <n>', 'repeats the choices of a run').argParser(wholeNumber(0, seedMax)),
      new Option('--hold', 'only start the cluster, until Ctrl-C'),
    ],
    programs: ({ programs }) =>
      Object.values(programsIn(programs)).map((name) => ({ name, debianPackage: 'postgresql-15' })),
    minutesMax: ({ hold = false }) => (hold ? 24 * 60 : 15),
    run: (options, watching) => {
      const { programs, workers: workerCount, users: userCount, events: eventCount } = options;
      const { part, seed = randomInt(seedMax), hold = false } = options;
      if (hold) return holdCluster({ programs, workerCount }, watching);
      const parts = all.filter(({ name }) => part.includes(name));
      return rehearseCitus({ programs, workerCount, userCount, eventCount, seed, parts }, watching);
    },
  });
