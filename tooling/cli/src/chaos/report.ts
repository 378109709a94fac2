import { sum } from '@holdfast/command';
import type { Evidence } from '../judge/evidence.ts';
import { findFalseSoldOuts, lastEndBefore } from '../judge/false-sold-out.ts';
import { seatsOver } from '../judge/history.ts';
import { isError } from '../judge/pace.ts';
import { safetyOf } from '../judge/report.ts';
import type { Safety, Verdict } from '../judge/verdict.ts';
import { type Call, isAcknowledged } from '../load/call.ts';
import type { Fault } from './fault.ts';
import {
  countIn,
  rateBefore,
  recoveryMs,
  steadyAnswersOf,
  type Timeline,
  worstSecond,
} from './recovery.ts';
import type { StageEvent } from './stage.ts';
import { judgeChaos } from './verdict.ts';

/** What `chaos --json` prints of one fault. */
export interface ChaosReport extends Verdict, Safety {
  readonly fault: string;
  readonly seed: number;
  readonly acknowledged: number;
  /** Refusals as sold out that were certainly wrong (H5). */
  readonly falseSoldOut: number;
  /** Calls that no api answered, retries included. A typed fault is an answer. */
  readonly unanswered: number;
  /** From the end of the fault to the first second at 90 % of the rate before. `null`: there is none. */
  readonly recoveryMs: number | null;
}

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
  readonly broken: readonly string[];
}

export interface DetailedChaosReport extends Pick<ChaosFindings, 'fault' | 'refusedEarlyCount'> {
  readonly report: ChaosReport;
  readonly ratePerSecond: number;
  readonly callCount: number;
  readonly worstSecond: number;
  readonly slowestMs: number;
  readonly soldOutCount: number;
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

export function chaosReportOn(findings: ChaosFindings): DetailedChaosReport {
  const { fault, seed, calls, timeline, endedAtMs, events, broken } = findings;
  const { refusals, occupations } = seatsOver(calls);
  const seatCounts = new Map(events.map(({ eventId, seatCount }) => [eventId, seatCount]));
  const wrong = findFalseSoldOuts(refusals, occupations, seatCounts);
  const decidedAtMs = steadyAnswersOf(calls);
  const acknowledgedAtMs = calls.filter(isAcknowledged).map((call) => call.answeredAtMs);
  const { injectedAtMs, healedAtMs } = timeline;
  const acknowledgedDuringFault = countIn(acknowledgedAtMs, injectedAtMs, healedAtMs);
  const unanswered = calls.filter(({ result }) => result.status === 'unanswered').length;
  const doubtful = calls.filter(({ result }) => result.status === 'unknown' || isError(result));
  const figures = {
    acknowledged: acknowledgedAtMs.length,
    ...safetyOfAll(findings.evidence),
    falseSoldOut: wrong.length,
    unanswered,
    recoveryMs: recoveryMs(decidedAtMs, timeline, endedAtMs),
  };
  const { recoveryMsMax } = fault;
  const verdict = judgeChaos({ ...figures, acknowledgedDuringFault, recoveryMsMax, broken });
  return {
    report: { fault: fault.name, seed, ...figures, ...verdict },
    fault,
    ratePerSecond: rateBefore(decidedAtMs, timeline),
    worstSecond: worstSecond(decidedAtMs, timeline, endedAtMs),
    slowestMs: calls
      .filter(({ type }) => type !== 'cancel')
      .reduce((most, call) => Math.max(most, call.answeredAtMs - call.sentAtMs), 0),
    refusedEarlyCount: findings.refusedEarlyCount,
    callCount: calls.length,
    soldOutCount: refusals.length,
    faultCount: doubtful.length - unanswered,
    acknowledgedDuringFault,
    falseSoldOuts: wrong.map((refusal) => ({
      eventId: refusal.eventId,
      sentAtMs: refusal.sentAtMs - injectedAtMs,
      tookMs: refusal.answeredAtMs - refusal.sentAtMs,
      freeForMs: refusal.sentAtMs - lastEndBefore(refusal, occupations),
    })),
  };
}

/** Where the database did not answer about one event, nothing is proven. */
function safetyOfAll(evidence: readonly (Evidence | null)[]): Safety {
  const found = evidence.filter((one) => one !== null).map(safetyOf);
  if (found.length < evidence.length) return safetyOf(null);
  return {
    violations: sum(found.map(({ violations }) => violations ?? 0)),
    lostAcknowledged: sum(found.map(({ lostAcknowledged }) => lostAcknowledged ?? 0)),
  };
}
