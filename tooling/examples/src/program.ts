import { randomInt } from 'node:crypto';
import { exitCodeOfVerdict, say, stepsOn, untilInterrupted, UsageError } from '@holdfast/command';
import { Command, InvalidArgumentError } from 'commander';
import { examples, isExampleName } from './examples.ts';
import { reportText } from './report-text.ts';
import { runExample } from './run-example.ts';
import type { Storm } from './storm.ts';

export interface ExampleOptions {
  readonly users: number;
  readonly processes: number;
  readonly seed?: number;
  readonly json?: boolean;
}

const userCountMax = 10_000;
const processCountMax = 8;
const seedMax = 2 ** 31 - 1;

const about = `
Each is a small package as a team might have it, with tables of its own that are
sold by @holdfast/sales: examples/NAME has a README. Here all its users come in
the same instant, in several processes, and afterwards its own audit recounts
everything from the rows. The verdict is pass when no rule is broken and
everybody was answered.

Without DATABASE_URL it brings its own PostgreSQL.

Examples:
  pnpm example restaurant
  pnpm example restaurant --users 200 --seed 7
  pnpm --silent example restaurant --json | jq .verdict

Exit codes:
    0  every rule holds, and everybody was answered
    1  one is broken, or a step failed
    2  called in a way that cannot work
  130  stopped by Ctrl-C before it had finished`;

/** The `example` command. Errors are thrown, never exited on: main.ts tells them. */
export function createProgram(): Command {
  return new Command('example')
    .description('Storm an example with users, and audit it.')
    .argument('<name>', `which: ${Object.keys(examples).join(', ')}`)
    .option('--users <n>', 'users', wholeNumber(1, userCountMax), 1_000)
    .option('--processes <n>', 'processes they are in', wholeNumber(1, processCountMax), 2)
    .option('--seed <n>', 'what users do follows from it (default: any)', wholeNumber(0, seedMax))
    .option('--json', 'print the report as one line of JSON')
    .addHelpText('after', about)
    .exitOverride()
    .showHelpAfterError('(add --help for options and examples)')
    .action(async (name: string, options: ExampleOptions) => {
      const storm = stormOf(name, options);
      process.exitCode = await untilInterrupted(async (stop) => {
        const report = await runExample(storm, { steps: stepsOn(process.stderr, stop), stop });
        say({ json: report, text: (layout) => reportText(report, layout) }, options);
        return exitCodeOfVerdict(report.verdict);
      });
    });
}

function stormOf(
  name: string,
  { users, processes, seed = randomInt(seedMax) }: ExampleOptions,
): Storm {
  if (!isExampleName(name)) {
    const names = Object.keys(examples).join(', ');
    throw new UsageError(`There is no example "${name}". Give one of these: ${names}.`);
  }
  return { name, userCount: users, processCount: processes, seed };
}

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`);
  };
}
