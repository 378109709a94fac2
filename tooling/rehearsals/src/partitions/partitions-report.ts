import type { DetailedChaosReport } from '@holdfast/cli/parts';

/** What `--json` prints. */
export type PartitionsReport = ReturnType<typeof partitionsReportOn>;

/** What of a run is reported. */
type Run = Pick<
  DetailedChaosReport,
  'report' | 'acknowledgedDuringFault' | 'oversold' | 'slowestMs'
>;

/** What each partition came to, and a reason for each thing that did not hold, with its name. */
export function partitionsReportOn(seed: number, runs: readonly Run[]) {
  const reasons = runs.flatMap(({ report, oversold }) => [
    ...report.reasons.map((reason) => `${report.fault}: ${reason}`),
    ...(oversold === 0 ? [] : [`${report.fault}: Seats sold twice: ${oversold ?? 'not known'}.`]),
  ]);
  return {
    seed,
    partitions: runs.map(({ report, acknowledgedDuringFault, oversold, slowestMs }) => ({
      name: report.fault,
      acknowledged: report.acknowledged,
      acknowledgedMeanwhile: acknowledgedDuringFault,
      lostAcknowledged: report.lostAcknowledged,
      oversold,
      violations: report.violations,
      falseSoldOut: report.falseSoldOut,
      unanswered: report.unanswered,
      /** The longest that a claim waited for its answer, retries included. */
      slowestMs: Math.round(slowestMs),
      recoveryMs: report.recoveryMs,
    })),
    verdict: reasons.length === 0 ? ('pass' as const) : ('fail' as const),
    reasons,
  };
}
