import type { DetailedChaosReport } from '@holdfast/cli/parts';
import { median, sum } from '@holdfast/command';
import type { Promotion } from './pair.ts';

/** One kill, and what came of it. */
export interface Run {
  readonly detailed: Pick<DetailedChaosReport, 'report' | 'oversold'>;
  readonly promotion: Promotion | null;
  /** What else did not hold, a sentence each. */
  readonly also: readonly string[];
}

interface Runs {
  readonly seed: number;
  readonly runs: readonly Run[];
  /** `null`: there is none. */
  readonly control: Run | null;
}

/** What `--json` prints. */
export type Campaign = ReturnType<typeof campaignOf>;

/**
 * Adds the runs up, and judges them: each must have kept every promise. The control must have lost bookings
 * that were acknowledged, or the comparison could not find a loss at all.
 *
 * @example campaignOf({ seed: 7, runs, control }).verdict // 'pass'
 */
export function campaignOf({ seed, runs, control }: Runs) {
  const reports = runs.map(({ detailed }) => detailed.report);
  const reasons = [
    ...runs.flatMap(({ detailed, also }, index) =>
      [...detailed.report.reasons, ...also].map((reason) => `Run ${index + 1}: ${reason}`),
    ),
    ...(control === null ? [] : controlReasons(control)),
  ];
  return {
    runs: runs.length,
    seed,
    acknowledged: sum(reports.map(({ acknowledged }) => acknowledged)),
    lostAcknowledged: sumOrNull(reports.map(({ lostAcknowledged }) => lostAcknowledged)),
    oversold: sumOrNull(runs.map(({ detailed }) => detailed.oversold)),
    violations: sumOrNull(reports.map(({ violations }) => violations)),
    falseSoldOut: sum(reports.map(({ falseSoldOut }) => falseSoldOut)),
    unanswered: sum(reports.map(({ unanswered }) => unanswered)),
    // From the kill on.
    noticedMs: timesOf(runs.map(({ promotion }) => promotion?.noticedMs ?? null)),
    promotedMs: timesOf(runs.map(({ promotion }) => promotion?.promotedMs ?? null)),
    // Until the rate of answers is what it was.
    recoveryMs: timesOf(reports.map(({ recoveryMs }) => recoveryMs)),
    control: control && {
      acknowledged: control.detailed.report.acknowledged,
      lostAcknowledged: control.detailed.report.lostAcknowledged,
      oversold: control.detailed.oversold,
    },
    verdict: reasons.length === 0 ? ('pass' as const) : ('fail' as const),
    reasons,
  };
}

function controlReasons({ detailed }: Run): readonly string[] {
  const { report, oversold } = detailed;
  const isCaught = (report.lostAcknowledged ?? 0) > 0;
  return [
    ...(isCaught ? [] : ['The control lost no booking, so the comparison has shown nothing.']),
    ...(oversold === 0 ? [] : [`The control sold seats twice: ${oversold ?? 'not known'}.`]),
  ];
}

function sumOrNull(counts: readonly (number | null)[]): number | null {
  const known = counts.filter((count) => count !== null);
  return known.length < counts.length ? null : sum(known);
}

/** `null`: at least one run has none. */
function timesOf(values: readonly (number | null)[]) {
  const known = values.filter((value) => value !== null);
  if (known.length < values.length) return null;
  return { median: Math.round(median(known)), worst: Math.round(Math.max(...known)) };
}
