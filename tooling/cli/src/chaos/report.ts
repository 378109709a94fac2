import type { Evidence } from '../evidence.ts';
import { type Call, isAcknowledged, steadyAnswersOf } from './call.ts';
import { findFalseSoldOuts, lastEndBefore } from './false-sold-out.ts';
import type { Fault } from './fault.ts';
import { acknowledgedIn, seatsOver } from './history.ts';
import { rateBefore, recoveryMs, type Timeline, worstSecond } from './recovery.ts';
import type { StageEvent } from './stage.ts';
import { type ChaosVerdict, judgeChaos } from './verdict.ts';

/** What `chaos --json` prints of one fault. */
export interface ChaosReport extends ChaosVerdict {
  readonly fault: string;
  readonly seed: number;
  /** Bookings that were acknowledged in the whole run. */
  readonly acknowledged: number;
  /** Those among them that the database does not have as acknowledged (H1). `null`: not asked. */
  readonly lostAcknowledged: number | null;
  /** Rows that violate I1–I8, and bookings that nobody was told of (H2). `null`: not asked. */
  readonly violations: number | null;
  /** Refusals as sold out that were certainly wrong (H5). */
  readonly falseSoldOut: number;
  /** Calls that no api answered, retries included. A typed fault is an answer. */
  readonly unanswered: number;
  /** From the end of the fault to the first second at 90 % of the rate before. `null`: there is none. */
  readonly recoveryMs: number | null;
}

/** What one run left behind. */
export interface ChaosFindings {
  readonly fault: Pick<Fault, 'name' | 'title' | 'recoveryMsMax'>;
  readonly seed: number;
  readonly events: readonly StageEvent[];
  readonly calls: readonly Call[];
  readonly timeline: Timeline;
  /** When the load was stopped, by its own clock. */
  readonly endedAtMs: number;
  /** One for each event; `null` where the database did not answer. */
  readonly evidence: readonly (Evidence | null)[];
  /** Refusals before the fault that did not reach PostgreSQL. */
  readonly refusedEarlyCount: number;
  /** What else did not hold, a sentence each. */
  readonly broken: readonly string[];
}

/** A report, and what a person wants to know beyond it. */
export interface DetailedChaosReport {
  readonly report: ChaosReport;
  readonly title: string;
  readonly recoveryMsMax: number;
  readonly ratePerSecond: number;
  readonly callCount: number;
  readonly worstSecond: number;
  readonly slowestMs: number;
  readonly soldOutCount: number;
  readonly refusedEarlyCount: number;
  readonly faultCount: number;
  readonly acknowledgedDuringFault: number;
  readonly falseSoldOuts: readonly FalseSoldOut[];
}

/** A refusal that was certainly wrong, for whoever looks for the cause. */
export interface FalseSoldOut {
  readonly eventId: string;
  /** Milliseconds after the fault began; negative before it. */
  readonly sentAtMs: number;
  readonly tookMs: number;
  /** Since the last booking of the event had ended for certain. */
  readonly freeForMs: number;
}

/** Counts, measures and judges what one run left behind. */
export function chaosReportOn(findings: ChaosFindings): DetailedChaosReport {
  const { fault, seed, calls, timeline, broken } = findings;
  const claims = calls.filter(({ type }) => type !== 'cancel');
  const { refusals, occupations } = seatsOver(calls);
  const wrong = findFalseSoldOuts(refusals, occupations, seatCountsOf(findings.events));
  const decidedAtMs = steadyAnswersOf(calls);
  const figures = {
    acknowledged: calls.filter(isAcknowledged).length,
    ...safetyOf(findings.evidence),
    falseSoldOut: wrong.length,
    unanswered: calls.filter(({ result }) => result.status === 'unanswered').length,
    recoveryMs: recoveryMs(decidedAtMs, timeline, findings.endedAtMs),
  };
  const acknowledgedDuringFault = acknowledgedIn(calls, timeline.injectedAtMs, timeline.healedAtMs);
  const { recoveryMsMax } = fault;
  const verdict = judgeChaos({ ...figures, acknowledgedDuringFault, recoveryMsMax, broken });
  return {
    report: { fault: fault.name, seed, ...figures, ...verdict },
    title: fault.title,
    recoveryMsMax,
    ratePerSecond: rateBefore(decidedAtMs, timeline),
    worstSecond: worstSecond(decidedAtMs, timeline, findings.endedAtMs),
    slowestMs: slowestOf(claims),
    refusedEarlyCount: findings.refusedEarlyCount,
    callCount: calls.length,
    soldOutCount: refusals.length,
    faultCount: calls.filter(({ result }) => isFault(result.status)).length,
    acknowledgedDuringFault,
    falseSoldOuts: wrong.map((refusal) => ({
      eventId: refusal.eventId,
      sentAtMs: refusal.sentAtMs - timeline.injectedAtMs,
      tookMs: refusal.answeredAtMs - refusal.sentAtMs,
      freeForMs: refusal.sentAtMs - lastEndBefore(refusal, occupations),
    })),
  };
}

function isFault(status: Call['result']['status']): boolean {
  return status === 'fault' || status === 'unknown';
}

function slowestOf(calls: readonly Call[]): number {
  return calls.reduce(
    (most, { sentAtMs, answeredAtMs }) => Math.max(most, answeredAtMs - sentAtMs),
    0,
  );
}

function seatCountsOf(events: readonly StageEvent[]): ReadonlyMap<string, number> {
  return new Map(events.map(({ eventId, seatCount }) => [eventId, seatCount]));
}

function safetyOf(evidence: readonly (Evidence | null)[]): {
  readonly lostAcknowledged: number | null;
  readonly violations: number | null;
} {
  const found = evidence.filter((one) => one !== null);
  if (found.length < evidence.length) return { lostAcknowledged: null, violations: null };
  const sum = (count: (one: Evidence) => number) =>
    found.reduce((total, one) => total + count(one), 0);
  return {
    lostAcknowledged: sum((one) => one.lostAcknowledged.length),
    violations: sum((one) => one.audit.violationCount + one.unexplained.length),
  };
}
