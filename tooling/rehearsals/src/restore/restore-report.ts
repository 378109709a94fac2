import type { Call, Evidence } from '@holdfast/cli/parts';
import { duration, figure, type Layout, sum } from '@holdfast/command';
import { figuresTable, judgedText } from '../judged-text.ts';

/** What came of it. */
export interface RestoreFindings {
  readonly seed: number;
  readonly deleted: number;
  /** Rows that the audit found to be broken after the deletion. */
  readonly violationsThen: number;
  readonly toTell: ReadonlySet<string>;
  readonly restoredMs: number;
  readonly sellingAgainMs: number;
  readonly aheadThen: number;
  readonly callsSince: readonly Call[];
  readonly evidence: readonly Evidence[];
  readonly violations: number;
  readonly toldBefore: readonly string[];
  readonly takenBack: readonly string[];
  readonly soldAfter: readonly string[];
  readonly forgottenMs: number | null;
  readonly shownRightMs: number | null;
  readonly watcherRightMs: number | null;
}

/**
 * Judges a restore: what was told until the moment is there, nothing else is, and everybody is told the truth again.
 * Who was told of a booking after the moment is known, because the damaged database says so.
 */
export function restoreReportOn(findings: RestoreFindings) {
  const { evidence, toTell, callsSince } = findings;
  const untold = findings.takenBack.filter((id) => !toTell.has(id));
  const figures = {
    seed: findings.seed,
    deleted: findings.deleted,
    violationsThen: findings.violationsThen,
    toldBefore: findings.toldBefore.length,
    lostAcknowledged: sum(evidence.map(({ lostAcknowledged }) => lostAcknowledged.length)),
    unexplained: sum(evidence.map(({ unexplained }) => unexplained.length)),
    oversold: sum(evidence.map(({ oversold }) => oversold)),
    violations: findings.violations,
    takenBack: findings.takenBack.length,
    takenBackUntold: untold.length,
    restoredMs: findings.restoredMs,
    sellingAgainMs: findings.sellingAgainMs,
    soldAfter: findings.soldAfter.length,
    unansweredAfter: callsSince.filter(({ result }) => result.status === 'unanswered').length,
    eventsAheadThen: findings.aheadThen,
    forgottenMs: findings.forgottenMs,
    shownRightMs: findings.shownRightMs,
    watcherRightMs: findings.watcherRightMs,
  };
  const reasons = reasonsIn(figures);
  const verdict = reasons.length === 0 ? ('pass' as const) : ('fail' as const);
  return { ...figures, verdict, reasons };
}

type RestoreReport = ReturnType<typeof restoreReportOn>;

function reasonsIn(figures: Omit<RestoreReport, 'verdict' | 'reasons'>): readonly string[] {
  const bad: readonly (readonly [boolean, string])[] = [
    [figures.violationsThen === 0, 'The audit did not see that rows were deleted.'],
    [figures.toldBefore === 0, 'Nothing was booked before the moment.'],
    [figures.takenBack === 0, 'Nothing was booked after the moment, so nothing was taken back.'],
    [
      figures.eventsAheadThen === 0,
      'Redis was not ahead of the database, so nothing was shown of that.',
    ],
    [
      figures.lostAcknowledged > 0,
      `Bookings of before the moment that are lost: ${figures.lostAcknowledged}.`,
    ],
    [figures.unexplained > 0, `Bookings that nobody was told of: ${figures.unexplained}.`],
    [figures.oversold > 0, `Seats sold twice: ${figures.oversold}.`],
    [figures.violations > 0, `Rows that break an invariant: ${figures.violations}.`],
    [
      figures.takenBackUntold > 0,
      `Bookings taken back of which the damaged database says nothing: ${figures.takenBackUntold}.`,
    ],
    [figures.soldAfter === 0, 'Nothing was sold after the restore.'],
    [
      figures.unansweredAfter > 0,
      `Calls without an answer after the restore: ${figures.unansweredAfter}.`,
    ],
    [figures.forgottenMs === null, 'Redis still knows versions that were taken back.'],
    [figures.shownRightMs === null, 'The api shows seats that the database does not have.'],
    [
      figures.watcherRightMs === null,
      'A page that was open all the time shows seats that the database does not have.',
    ],
  ];
  return bad.flatMap(([isSo, reason]) => (isSo ? [reason] : []));
}

/** The same for people. */
export function restoreText(report: RestoreReport, layout: Layout): string {
  const rows = [
    ['bookings told until the moment', figure(report.toldBefore)],
    ['of these lost', figure(report.lostAcknowledged)],
    ['rows deleted in the disaster', figure(report.deleted)],
    ['rows that the audit then found broken', figure(report.violationsThen)],
    ['bookings told after the moment, and taken back', figure(report.takenBack)],
    ['of these not named by the damaged database', figure(report.takenBackUntold)],
    ['restored, from the stop of selling on, after', duration(report.restoredMs)],
    ['the first booking after', duration(report.sellingAgainMs)],
    ['bookings after it', figure(report.soldAfter)],
    ['events of which Redis knew a future', figure(report.eventsAheadThen)],
    ['rows that break an invariant now', figure(report.violations)],
    ['seats sold twice', figure(report.oversold)],
  ];
  return judgedText([figuresTable(rows, layout)], report, layout);
}
