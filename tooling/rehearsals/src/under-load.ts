import type { DetailedChaosReport } from '@holdfast/cli/parts';
import { duration, figure, type Layout } from '@holdfast/command';
import { figuresTable, judgedText } from './judged-text.ts';

/** A step of a change that was made under load, and how long it took. */
export interface TimedStep {
  readonly title: string;
  readonly tookMs: number;
}

/** Runs a step of a change, and notes how long it took. */
export async function timed<T>(
  steps: TimedStep[],
  title: string,
  work: () => Promise<T>,
): Promise<T> {
  const beganAt = performance.now();
  const result = await work();
  steps.push({ title, tookMs: Math.round(performance.now() - beganAt) });
  return result;
}

/**
 * What `--json` prints of a change under load: what chaos judges, and besides that no call may have failed after
 * its retries.
 */
export function underLoadReportOn(
  { report, faultCount }: Pick<DetailedChaosReport, 'report' | 'faultCount'>,
  changed: readonly TimedStep[],
) {
  const failed = faultCount === 0 ? [] : [`Calls that failed, also after retries: ${faultCount}.`];
  const reasons = [...report.reasons, ...failed];
  const verdict = reasons.length === 0 ? ('pass' as const) : ('fail' as const);
  return { ...report, failedCalls: faultCount, steps: changed, verdict, reasons };
}

/** The same for people. */
export function underLoadText(
  report: ReturnType<typeof underLoadReportOn>,
  layout: Layout,
): string {
  const rows = [
    ...report.steps.map(({ title, tookMs }) => [title, duration(tookMs)]),
    ['bookings acknowledged', figure(report.acknowledged)],
    ['of these lost', figure(report.lostAcknowledged)],
    ['calls that failed, also after retries', figure(report.failedCalls + report.unanswered)],
    ['refused as sold out while a seat was free', figure(report.falseSoldOut)],
    ['rows that break an invariant', figure(report.violations)],
    [
      'as fast as before, after its end',
      report.recoveryMs === null ? '–' : duration(report.recoveryMs),
    ],
  ];
  return judgedText([figuresTable(rows, layout)], report, layout);
}
