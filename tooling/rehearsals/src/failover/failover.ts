import { randomInt } from 'node:crypto';
import { wholeNumber } from '@holdfast/cli/parts';
import { UsageError } from '@holdfast/command';
import { Option } from 'commander';
import { patienceOption } from '../patience-option.ts';
import { rehearsalCommand } from '../rehearsal.ts';
import { failoverText } from './failover-text.ts';
import { patroniPrograms } from './patroni/start-cluster.ts';
import { failOverByHand, failOverWithPatroni } from './run-failover.ts';

interface FailoverOptions {
  readonly runs: number;
  readonly seed?: number;
  readonly patience?: number;
  readonly with: (typeof ways)[number];
}

const ways = ['sql', 'patroni'] as const;
const runCountMax = 50;
const seedMax = 999_999_999;

/** A run takes half a minute, and so does the start on a busy machine. Patroni waits for 20 s before it promotes. */
const minutesEach = { sql: 1, patroni: 2 } as const;
const minutesBeside = 4;

const about = `
Starts a primary and a standby that each commit waits for, Redis, the api (two
processes) and the worker, all of which reach PostgreSQL by one address. Under
load (bookings, holds, orders) it kills the primary, promotes the standby, lets
the address lead there, and waits until the service is as it was before. Then
it compares each answer with the database, and makes a new standby for the next
run. Every second run also holds the standby's stream back for half a second
before. After the first run the former primary comes back, as a supervisor would
start it, and must not count as ready.

At the end comes the control: the same with a standby that no commit waits for.
It must lose bookings, and the comparison must say so.

With --with patroni nobody is on call: Debian's PostgreSQL 15, a Patroni for each,
etcd, and HAProxy, which asks Patroni who is the primary. There is no control.
Needs root.

It passes if no run lost an acknowledged booking, sold a seat twice, broke an
invariant, refused wrongly or left a call without an answer, if each recovered
within 15 s (with Patroni: 45 s), and if the control was caught.

Examples:
  pnpm rehearse failover              one run and the control: a minute
  pnpm rehearse failover --runs 20    the campaign: ten minutes
  pnpm rehearse failover --with patroni`;

/** `pnpm rehearse failover` */
export const failover = () =>
  rehearsalCommand<FailoverOptions>({
    name: 'failover',
    title: 'Kill the primary of PostgreSQL under load, and promote its standby',
    about,
    options: [
      new Option('--runs <n>', 'how often the primary is killed')
        .argParser(wholeNumber(1, runCountMax))
        .default(1),
      new Option('--with <way>', 'who promotes').choices(ways).default('sql'),
      new Option('--seed <n>', 'repeats the choices of a campaign').argParser(
        wholeNumber(0, seedMax),
      ),
      patienceOption(),
    ],
    // For SQL alone, the packages bring PostgreSQL and Redis.
    programs: (options) => (options.with === 'patroni' ? patroniPrograms : []),
    minutesMax: (options) => minutesBeside + options.runs * minutesEach[options.with],
    run: async ({ runs, seed = randomInt(seedMax), patience, ...options }, watching) => {
      const plan = { runCount: runs, seed, patienceMs: patience };
      const isByHand = options.with === 'sql';
      if (!isByHand) expectRoot();
      const campaign = await (isByHand ? failOverByHand : failOverWithPatroni)(plan, watching);
      return { report: campaign, text: (layout) => failoverText(campaign, layout) };
    },
  });

/** Each PostgreSQL gets process ids of its own, as a user of its own. */
function expectRoot(): void {
  if (process.platform === 'linux' && process.getuid?.() === 0) return;
  throw new UsageError('--with patroni needs Linux, and root. Run it with sudo.');
}
