import {
  exitCodeOfVerdict,
  type Layout,
  say,
  type Steps,
  stepsOn,
  untilInterrupted,
} from '@holdfast/command';
import { forgetGivenServers } from '@holdfast/cli/parts';
import { Command, type Option } from 'commander';
import { expectPrograms, type Program } from './programs.ts';

/** What a rehearsal tells while it runs, and when it is to end. */
export interface Watching {
  readonly steps: Steps;
  /** Aborts on Ctrl-C, and when it has taken too long. */
  readonly stop: AbortSignal;
}

/** What came of it, for programs and for people. */
export interface Rehearsed {
  /** What `--json` prints. `reasons`: a sentence for each thing that did not hold. */
  readonly report: { readonly verdict: 'pass' | 'fail'; readonly reasons: readonly string[] };
  /** What happened, in plain words and figures. */
  readonly text: (layout: Layout) => string;
}

/** Something to be tried before it is needed. */
export interface Rehearsal<Options> {
  readonly name: string;
  /** What is tried, as a sentence without its full stop. */
  readonly title: string;
  /** For `--help`: what it does, what it promises, examples. */
  readonly about: string;
  /** As commander has them. `--json` is added. */
  readonly options: readonly Option[];
  /** What it needs beyond what `pnpm install` brings. */
  programs(options: Options): readonly Program[];
  /** After that it is stopped, and has failed. */
  minutesMax(options: Options): number;
  /** Starts its own servers, and ends them, whatever happens. */
  run(options: Options, watching: Watching): Promise<Rehearsed>;
}

/**
 * A rehearsal as a command: looks for its programs, runs it, prints what came of it, and sets the exit code.
 *
 * @example export const failover = () => rehearsalCommand({ name: 'failover', … })
 */
export function rehearsalCommand<Options extends object>(rehearsal: Rehearsal<Options>): Command {
  const { name, title, about, options } = rehearsal;
  const command = new Command(name).description(title).addHelpText('after', about);
  for (const option of options) command.addOption(option);
  return command
    .option('--json', 'print the report as one line of JSON')
    .action(async (given: Options & { readonly json?: boolean }) => {
      await expectPrograms(rehearsal.programs(given));
      // Whoever breaks servers must not find those that somebody else uses.
      forgetGivenServers();
      process.exitCode = await untilInterrupted(async (interrupted) => {
        using bound = atMost(rehearsal.minutesMax(given), interrupted);
        const { stop } = bound;
        const rehearsed = await rehearsal.run(given, {
          steps: stepsOn(process.stderr, stop),
          stop,
        });
        say({ json: rehearsed.report, text: rehearsed.text }, given);
        return exitCodeOfVerdict(rehearsed.report.verdict);
      });
    });
}

const minuteMs = 60_000;

function atMost(minutes: number, interrupted: AbortSignal): Disposable & { stop: AbortSignal } {
  const overrun = new AbortController();
  const reason = new Error(`It was stopped, because it took longer than ${minutes} minutes.`);
  const timer = setTimeout(() => overrun.abort(reason), minutes * minuteMs);
  return {
    stop: AbortSignal.any([interrupted, overrun.signal]),
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}
