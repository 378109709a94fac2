import { safetyOf, safetyReasons } from '@holdfast/cli/parts';
import { sum } from '@holdfast/command';
import type { ObservedDeploy, WatcherSeen } from './observe-deploy.ts';

/** What `--json` prints. */
export type DeployReport = ReturnType<typeof deployReportOn>;
export type DeployFigures = ReturnType<typeof figuresOf>;

/**
 * Judges the runs: with everything in place nothing may have failed, and each control must have.
 *
 * @example deployReportOn(runs).verdict // 'pass'
 */
export function deployReportOn(runs: readonly ObservedDeploy[]) {
  const reasons = runs.flatMap((run) =>
    (run.control === null ? promiseReasons(run) : controlReasons(run)).map(
      (reason) => `${run.proxy}${run.control === null ? '' : ` ${run.control}`}: ${reason}`,
    ),
  );
  return {
    runs: runs.map(figuresOf),
    verdict: reasons.length === 0 ? ('pass' as const) : ('fail' as const),
    reasons,
  };
}

function figuresOf({ proxy, control, calls, stopsMs, watchers, evidence }: ObservedDeploy) {
  const failures = calls.filter(({ failure }) => failure !== null);
  const kinds = Map.groupBy(failures, ({ caller, failure }) => `${caller}: ${failure}`);
  return {
    proxy,
    control,
    replaced: stopsMs.length,
    calls: calls.length,
    failed: failures.length,
    failures: Object.fromEntries([...kinds].map(([kind, all]) => [kind, all.length])),
    slowestMs: Math.round(Math.max(0, ...calls.map(({ tookMs }) => tookMs))),
    longestStopMs: Math.max(0, ...stopsMs),
    watchers: watchers.length,
    cameBack: sum(watchers.map(({ cutCount }) => cutCount)),
    missedChanges: watchers.filter(({ missed }) => missed.length > 0).length,
    ...safetyOf(evidence),
  };
}

function promiseReasons(run: ObservedDeploy): readonly string[] {
  const { failed, failures } = figuresOf(run);
  const kinds = Object.entries(failures).map(([kind, count]) => `${kind} (${count})`);
  return [
    ...(failed === 0 ? [] : [`Calls that failed: ${failed}. ${kinds.join(', ')}.`]),
    ...safetyReasons(safetyOf(run.evidence)),
    ...run.watchers.flatMap(watcherReasons),
  ];
}

function watcherReasons({ name, cutCount, missed }: WatcherSeen): readonly string[] {
  const uncut = cutCount === 0 ? ['its stream was never cut, so nothing was shown'] : [];
  return [...missed, ...uncut].map((problem) => `A watcher (${name}): ${problem}.`);
}

function controlReasons(run: ObservedDeploy): readonly string[] {
  const { failed, replaced } = figuresOf(run);
  if (failed > 0) return [];
  return [`No call failed while ${replaced} processes were replaced, so it may not be needed.`];
}
