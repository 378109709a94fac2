import {
  exitCode,
  exitCodeOfVerdict,
  say,
  type Steps,
  stepsOn,
  untilInterrupted,
  UsageError,
} from '@holdfast/command';
import { claimReportFile, type ReportFile } from '@holdfast/report';
import { Command, Option } from 'commander';
import { fullMatrix, type MatrixPlan, quickMatrix, tinyMatrix } from './admission-matrix/plan.ts';
import { runMatrix } from './admission-matrix/run-matrix.ts';
import { fullAbuse, tinyAbuse } from './abuse/measure-abuse.ts';
import { runAbuse } from './abuse/run-abuse.ts';
import { bench } from './bench.ts';
import { writeDocuments } from './documents.ts';
import { bookingCounts, type GrowthPlan, growthPlan, tinyGrowth } from './growth/plan.ts';
import { runGrowth } from './growth/run-growth.ts';
import { type BenchPlan, fullPlan, quickPlan, replicatedPlan, tinyPlan } from './plan.ts';
import { fullConsoles, tinyConsoles } from './consoles/measure-consoles.ts';
import { runConsoles } from './consoles/run-consoles.ts';
import { fullExtras, tinyExtras } from './extras/measure-extras.ts';
import { runExtras } from './extras/run-extras.ts';
import { fullSpread, tinySpread } from './spread/measure-spread.ts';
import { runSpread } from './spread/run-spread.ts';
import { fullWatchers, tinyWatchers } from './watchers/measure-watchers.ts';
import { runWatchers } from './watchers/run-watchers.ts';
import { reportPage } from './report-page.ts';
import { reportText } from './report-text.ts';
import { type Report, reportOn } from './report.ts';

export interface BenchOptions {
  readonly quick?: boolean;
  readonly tiny?: boolean;
  readonly json?: boolean;
  readonly admission?: boolean;
  readonly write?: boolean;
  readonly report?: string;
  readonly replicated?: boolean;
  readonly growth?: boolean;
  readonly rows?: number;
  readonly watchers?: boolean;
  readonly consoles?: boolean;
  readonly spread?: boolean;
  readonly abuse?: boolean;
  readonly extras?: boolean;
}

const about = `
Every way to book stands behind the same server, on the same tables, under the
same load; each is audited after each run. Ceilings (a bare handler, an empty
call, a set-based insert) are measured in the same rounds, so that the ratios
mean something on any machine. Figures are medians of interleaved rounds.

Without DATABASE_URL and REDIS_URL it brings its own PostgreSQL and Redis. The
report goes to stdout, progress to stderr. docs/performance.md has the figures
of a full run, and says how they are to be read.

Examples:
  pnpm bench --quick                the ratios, in about two minutes (all but one)
  pnpm bench                        everything, in a quarter of an hour; writes the docs
  pnpm bench --no-write             the same, and leaves the docs alone
  pnpm bench --quick --report bench.html
                                    the same, with charts, as a page that opens offline
  pnpm bench --admission            with Redis and without, in each situation that can decide
  pnpm bench --replicated           all ways, while each commit waits for a standby
  pnpm bench --abuse                what one caller against all costs the others, each kind
  pnpm bench --extras               what limits and traces cost where they are on
  pnpm bench --growth --rows 1000000
                                    what a grown database costs, up to a million bookings
  pnpm --silent bench --quick --json | jq .ratios
  turbo bench -- --quick            as a task of turbo

Exit codes:
    0  every way that claims to be safe is; how fast it is does not matter here
    1  one oversold, lost a booking or broke an invariant; or a step failed
    2  called in a way that cannot work
  130  stopped by Ctrl-C before it had finished`;

/** The `bench` command. Errors are thrown, never exited on: main.ts tells them. */
export function createProgram(): Command {
  return new Command('bench')
    .description('Measure ways to book, their ceilings and layers, and audit each.')
    .option('--quick', 'fewer loads, shorter: all ratios in about two minutes')
    .option('--tiny', 'two ways, one round: does the bench itself work?')
    .option(
      '--admission',
      'what Redis before PostgreSQL is worth, where: a matrix, in under half an hour',
    )
    .option('--replicated', 'all ways, while each commit waits for a standby')
    .option(
      '--growth',
      'the same sale with 10 thousand, 1 million and 10 million bookings before it',
    )
    .addOption(
      new Option('--rows <count>', 'of --growth: no more bookings than that')
        .choices(bookingCounts.map(String))
        .argParser(Number),
    )
    .option(
      '--watchers',
      'what thousands of watchers of one event cost, and when they hear of a change',
    )
    .option('--consoles', 'what open consoles cost a storm, in turn with and without')
    .option('--spread', 'commits of several processes, on one event and on an event each')
    .option('--abuse', 'what one user or address that asks for too much costs all others')
    .option(
      '--extras',
      'what limits on callers, and traces, cost: servers with and without, in turn',
    )
    .option('--json', 'print the report as one line of JSON')
    .option(
      '--report <file>',
      'also write the report as one HTML page that opens without a network',
    )
    .option('--write', 'write docs/performance.md and its charts (default: after a full run)')
    .option('--no-write', 'leave the docs alone')
    .addHelpText('after', about)
    .exitOverride()
    .showHelpAfterError('(add --help for options and examples)')
    .action(async (options: BenchOptions) => {
      process.exitCode = await untilInterrupted((stop) => runBench(options, stop));
    });
}

async function runBench(options: BenchOptions, stop: AbortSignal): Promise<number> {
  const steps = stepsOn(process.stderr, stop);
  const part = runPart(options, steps);
  if (part !== null) return await part;
  await using page = options.report === undefined ? null : await claimReportFile(options.report);
  const plan = planOf(options);
  const report = reportOn(await bench(plan, steps));
  say({ json: report, text: () => `\n${reportText(report)}` }, options);
  const writes = options.write ?? (plan.mode === 'full' || plan.mode === 'replicated');
  const files = [...(writes ? await writeDocuments(report) : []), ...(await written(page, report))];
  if (files.length > 0) steps.note(`Written: ${files.join(', ')}`);
  return exitCodeOfVerdict(report.verdict.verdict);
}

/** What is measured in place of the ways to book; `null`: nothing. */
function runPart(options: BenchOptions, steps: Steps): Promise<number> | null {
  const { tiny = false } = options;
  if (options.admission) return runAdmission(options, steps);
  if (options.watchers) return runWatchers(tiny ? tinyWatchers : fullWatchers, options, steps);
  if (options.consoles) return runConsoles(tiny ? tinyConsoles : fullConsoles, options, steps);
  return runFurtherPart(options, steps);
}

function runFurtherPart(options: BenchOptions, steps: Steps): Promise<number> | null {
  const { tiny = false } = options;
  if (options.spread) return runSpread(tiny ? tinySpread : fullSpread, options, steps);
  if (options.abuse) return runAbuse(tiny ? tinyAbuse : fullAbuse, options, steps);
  if (options.extras) return runExtras(tiny ? tinyExtras : fullExtras, options, steps);
  if (options.growth) return runGrowth(growthOf(options), options, steps);
  return null;
}

async function written(page: ReportFile | null, report: Report): Promise<readonly string[]> {
  if (page === null) return [];
  await page.write(reportPage(report, new Date()));
  return [page.path];
}

async function runAdmission(options: BenchOptions, steps: Steps): Promise<number> {
  if (options.report !== undefined) {
    throw new UsageError('--report shows the ways to book. Leave out --report, or --admission.');
  }
  process.stdout.write(await runMatrix(matrixOf(options), options.json ?? false, steps));
  return exitCode.kept;
}

function planOf({ quick = false, tiny = false, replicated = false }: BenchOptions): BenchPlan {
  if (tiny) return { ...tinyPlan, isReplicated: replicated };
  if (replicated) return replicatedPlan;
  return quick ? quickPlan : fullPlan;
}

function growthOf({ tiny = false, rows }: BenchOptions): GrowthPlan {
  return tiny ? tinyGrowth : growthPlan(rows);
}

function matrixOf({ quick = false, tiny = false }: BenchOptions): MatrixPlan {
  if (tiny) return tinyMatrix;
  return quick ? quickMatrix : fullMatrix;
}
