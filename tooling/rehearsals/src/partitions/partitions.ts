import { randomInt } from 'node:crypto';
import { wholeNumber } from '@holdfast/cli/parts';
import { UsageError } from '@holdfast/command';
import { findRedisProgram } from '@holdfast/services';
import { Option } from 'commander';
import { patienceOption } from '../patience-option.ts';
import { rehearsalCommand, type Watching } from '../rehearsal.ts';
import { runInOwnNetwork } from './own-network.ts';
import { partitions as all, type Partition } from './partition.ts';
import { type PartitionsReport, partitionsReportOn } from './partitions-report.ts';
import { partitionsText } from './partitions-text.ts';
import { runPartitions } from './run-partitions.ts';

interface PartitionsOptions {
  readonly cut: string;
  readonly seed?: number;
  readonly patience?: number;
  /** Set by ourselves, where the network is one of our own. */
  readonly inside?: boolean;
}

const seedMax = 999_999_999;
const every = 'all';

/** One takes half a minute at most. */
const minutesEach = 0.7;
const minutesBeside = 2;

const about = `
Gives two apis, the worker, PostgreSQL, its standby and Redis a machine each:
network namespaces behind a switch, in a network of their own, which the kernel
removes with the rehearsal however that ends. Needs root, and Linux. Under load
(bookings, holds, orders) packets are dropped for five seconds, one way or both,
so that nobody is told that a connection is gone:
${all.map(({ name, title }) => `  ${name.padEnd(20)} ${title}`).join('\n')}
Afterwards each answer is compared with the database.

It passes if no acknowledged booking was lost, no seat sold twice, no invariant
broken, nobody refused wrongly, every call answered, and the rate came back to
90 % within 10 s. Where PostgreSQL stays within reach, bookings must go on.

Examples:
  pnpm rehearse partitions                        all of them: five minutes
  pnpm rehearse partitions --cut postgres-to-api  one
  pnpm rehearse partitions --patience 3000        with clients that send again
                                                  before an api has given up`;

/** `pnpm rehearse partitions` */
export const partitions = () =>
  rehearsalCommand<PartitionsOptions>({
    name: 'partitions',
    title: 'Cut the network between api, PostgreSQL, its standby and Redis under load',
    about,
    options: [
      new Option('--cut <name>', 'which partition')
        .choices([every, ...all.map(({ name }) => name)])
        .default(every),
      new Option('--seed <n>', 'repeats the choices of a run').argParser(wholeNumber(0, seedMax)),
      patienceOption(),
      new Option('--inside').hideHelp(),
    ],
    programs: () => [
      { name: 'ip', debianPackage: 'iproute2' },
      { name: 'nft', debianPackage: 'nftables' },
      { name: 'nsenter', debianPackage: 'util-linux' },
      { name: 'unshare', debianPackage: 'util-linux' },
    ],
    minutesMax: ({ cut }) => minutesBeside + chosen(cut).length * minutesEach,
    run: async (options, watching) => {
      const report = await (options.inside
        ? cutHere(options, watching)
        : cutApart(options, watching));
      return { report, text: (layout) => partitionsText(report, layout) };
    },
  });

function chosen(cut: string): readonly Partition[] {
  return all.filter(({ name }) => cut === every || cut === name);
}

async function cutHere(
  { cut, seed = randomInt(seedMax), patience: patienceMs }: PartitionsOptions,
  watching: Watching,
): Promise<PartitionsReport> {
  const runs = await runPartitions({ partitions: chosen(cut), seed, patienceMs }, watching);
  return partitionsReportOn(seed, runs);
}

async function cutApart(
  { cut, seed = randomInt(seedMax), patience }: PartitionsOptions,
  { steps, stop }: Watching,
): Promise<PartitionsReport> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new UsageError(
      'This rehearsal makes networks, so it needs Linux, and root. Run it with sudo.',
    );
  }
  // In there nothing can be downloaded.
  await findRedisProgram((line) => steps.note(line));
  const waiting = patience === undefined ? [] : ['--patience', String(patience)];
  const chosenArgs = ['--cut', cut, '--seed', String(seed), ...waiting];
  const args = ['partitions', '--inside', '--json', ...chosenArgs];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- We have printed it ourselves.
  return JSON.parse(await runInOwnNetwork(args, stop)) as PartitionsReport;
}
