import { randomInt } from 'node:crypto';
import { exitCodeOfVerdict, say, stepsOn, untilInterrupted } from '@holdfast/command';
import { Command, Option } from 'commander';
import { faults } from '../chaos/faults.ts';
import type { DetailedChaosReport } from '../chaos/report.ts';
import { runFault } from '../chaos/run-fault.ts';
import { chaosText, verdictOfAll } from '../chaos/text.ts';
import { loadOfCluster } from '../chaos/traffic.ts';
import { forgetGivenServers } from '../env.ts';
import { ordinaryStack, startStack, tellOfTheDead } from '../stack/stack.ts';
import { helpAfter } from './help.ts';
import { numberOfProcesses, wholeNumber } from './options.ts';

interface ChaosOptions {
  readonly fault: string;
  readonly seed?: number;
  readonly duration: number;
  readonly processes: number;
  readonly json?: boolean;
}

const all = 'all';
const seedMax = 999_999_999;
const seconds = wholeNumber(1, 600);

const about = `
Starts PostgreSQL, Redis, the api (two processes) and the worker, and puts a
steady load on them: bookings, holds, late payments, orders. Then it makes the
fault, ends it, and waits until the service is as it was before. At the end it
compares each answer with the database.
${faults.map(({ name, title }) => `  ${name.padEnd(12)} ${title}`).join('\n')}

It passes if bookings went on all the time, no answered booking was lost, no
invariant was broken, every call was answered, nobody was told "sold out" while
there were seats, and the rate came back to 90 % within 3 s (10 s if Redis had
lost its data). It brings its own servers, and does not touch those of
DATABASE_URL and REDIS_URL. With HOLDFAST_CITUS_URL, the coordinator of a Citus
cluster, it works on a database of its own there.`;

const help = helpAfter(about, [
  ['pnpm holdfast chaos --fault redis-kill', 'one fault'],
  ['pnpm holdfast chaos --fault all', 'all of them, two minutes'],
  ['pnpm --silent holdfast chaos --fault all --json', 'the figures'],
]);

export function chaosCommand(): Command {
  return new Command('chaos')
    .description('Break something under load, and check that every guarantee holds')
    .addOption(
      new Option('--fault <name>', 'what goes wrong, or all of it in turn')
        .choices([...faults.map(({ name }) => name), all])
        .makeOptionMandatory(),
    )
    .option('--seed <n>', 'repeats the choices of a run', wholeNumber(0, seedMax))
    .option('--duration <s>', 'seconds of load before the fault, and at least after it', seconds, 3)
    .option(
      '--processes <n>',
      'processes of the api, each on a port of its own',
      numberOfProcesses,
      2,
    )
    .option('--json', 'print the report as JSON')
    .addHelpText('after', help)
    .action(async (options: ChaosOptions) => {
      process.exitCode = await untilInterrupted(async (stop) => {
        const runs = await runAll(options, stop);
        const verdict = verdictOfAll(runs);
        const reports = runs.map(({ report }) => report);
        const json = options.fault === all ? { runs: reports, verdict } : reports[0];
        say({ json, text: (layout) => chaosText(runs, layout) }, options);
        return exitCodeOfVerdict(verdict);
      });
    });
}

async function runAll(
  { fault: name, seed = randomInt(seedMax), duration, processes: processCount }: ChaosOptions,
  stop: AbortSignal,
): Promise<readonly DetailedChaosReport[]> {
  forgetGivenServers({ keepsCitus: true });
  const steps = stepsOn(process.stderr, stop);
  steps.note(`Seed ${seed}`);
  const redis = 'required';
  await using stack = await startStack({ ...ordinaryStack, processCount, redis, steps });
  const runs: DetailedChaosReport[] = [];
  const steadyMs = duration * 1_000;
  const { isDistributed = false } = stack.services;
  const load = isDistributed ? loadOfCluster : {};
  for (const fault of faults.filter((one) => name === all || one.name === name)) {
    runs.push(await runFault(stack, { fault, seed, steadyMs, ...load }, { steps, stop }));
  }
  tellOfTheDead(stack, steps);
  return runs;
}
