import type { DetailedChaosReport } from '@holdfast/cli/parts';
import { median } from '@holdfast/command';
import type { Scenario } from './scenarios.ts';
import type { RedisTimes } from './timed-fault.ts';

/** One fault, and what came of it. */
export interface RedisRun {
  readonly scenario: Scenario['name'];
  readonly detailed: Pick<DetailedChaosReport, 'report'>;
  readonly times: RedisTimes;
}

/** What `--json` prints. */
export type RedisReport = ReturnType<typeof redisReportOn>;

/** Adds the runs of each scenario up, and judges them: each must have kept every promise. */
export function redisReportOn(runs: readonly RedisRun[], seed: number) {
  const reasons = runs.flatMap(({ scenario, detailed }) =>
    detailed.report.reasons.map((reason) => `${scenario}: ${reason}`),
  );
  const byScenario = Map.groupBy(runs, ({ scenario }) => scenario);
  return {
    seed,
    scenarios: [...byScenario].map(([scenario, ofIt]) => ({ scenario, ...figuresOf(ofIt) })),
    verdict: reasons.length === 0 ? ('pass' as const) : ('fail' as const),
    reasons,
  };
}

function figuresOf(runs: readonly RedisRun[]) {
  const reports = runs.map(({ detailed }) => detailed.report);
  const total = (of: (report: (typeof reports)[number]) => number | null) =>
    reports.reduce((sum, report) => sum + (of(report) ?? Number.NaN), 0);
  const timesOf = (of: keyof RedisTimes) => spreadOf(runs.map(({ times }) => times[of]));
  return {
    runs: runs.length,
    acknowledged: total(({ acknowledged }) => acknowledged),
    lostAcknowledged: total(({ lostAcknowledged }) => lostAcknowledged),
    violations: total(({ violations }) => violations),
    falseSoldOut: total(({ falseSoldOut }) => falseSoldOut),
    unanswered: total(({ unanswered }) => unanswered),
    promotedMs: timesOf('promotedMs'),
    admissionMs: timesOf('admissionMs'),
    queueMs: timesOf('queueMs'),
    movedMs: timesOf('movedMs'),
  };
}

/** `null`: not in every run. */
function spreadOf(values: readonly (number | null)[]) {
  const known = values.filter((value) => value !== null);
  if (known.length < values.length) return null;
  return { median: Math.round(median(known)), worst: Math.max(...known) };
}
