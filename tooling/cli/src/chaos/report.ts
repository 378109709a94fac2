import { sum } from '@holdfast/command';
import type { Evidence } from '../judge/evidence.ts';
import { findFalseSoldOuts, lastEndBefore } from '../judge/false-sold-out.ts';
import { seatsOver } from '../judge/history.ts';
import { isError } from '../judge/pace.ts';
import { safetyOf } from '../judge/report.ts';
import type { Safety } from '../judge/verdict.ts';
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

/** What one run left behind. */
export interface ChaosFindings {
  readonly fault: Pick<Fault, 'name' | 'title' | 'recoveryMsMax' | 'stopsBookings'>;
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

/** A report, and what a person wants to know beyond it. */
export type DetailedChaosReport = ReturnType<typeof chaosReportOn>;

/** Counts, measures and judges what one run left behind. */
export function chaosReportOn(findings: ChaosFindings) {
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
    // Refusals as sold out that were certainly wrong (H5).
    falseSoldOut: wrong.length,
    // Retries included. A typed fault is an answer.
    unanswered,
    recoveryMs: recoveryMs(decidedAtMs, timeline, endedAtMs),
  };
  const { recoveryMsMax, stopsBookings = false } = fault;
  const verdict = judgeChaos({
    ...figures,
    acknowledgedDuringFault: stopsBookings ? null : acknowledgedDuringFault,
    recoveryMsMax,
    broken,
  });
  return {
    /** What `--json` prints. */
    report: { fault: fault.name, seed, ...figures, ...verdict },
    fault,
    /** For whoever judges more than that: the load's calls, and when the fault was. */
    calls,
    timeline,
    ratePerSecond: rateBefore(decidedAtMs, timeline),
    worstSecond: worstSecond(decidedAtMs, timeline, endedAtMs),
    slowestMs: calls
      .filter(({ type }) => type === 'book' || type === 'reserve')
      .reduce((most, call) => Math.max(most, call.answeredAtMs - call.sentAtMs), 0),
    refusedEarlyCount: findings.refusedEarlyCount,
    callCount: calls.length,
    soldOutCount: refusals.length,
    faultCount: doubtful.length - unanswered,
    acknowledgedDuringFault,
    /** Seats beyond those that there are, over all events; `null`: the database did not answer. */
    oversold: findings.evidence.includes(null)
      ? null
      : sum(findings.evidence.map((one) => one?.oversold ?? 0)),
    /** What `violations` counts, by invariant; `H2`: bookings that nobody was told of. */
    violationsById: violationsById(findings.evidence),
    /** For whoever looks for the cause: all calls about bookings that are not as their users were told. */
    callsOfLost: callsOf(
      findings.evidence.flatMap((one) => one?.lostAcknowledged ?? []),
      calls,
    ),
    // As well: times since the fault began, and since a seat was free.
    falseSoldOuts: wrong.map((refusal) => ({
      eventId: refusal.eventId,
      sentAtMs: refusal.sentAtMs - injectedAtMs,
      tookMs: refusal.answeredAtMs - refusal.sentAtMs,
      freeForMs: refusal.sentAtMs - lastEndBefore(refusal, occupations),
    })),
  };
}

function violationsById(evidence: readonly (Evidence | null)[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  const add = (id: string, count: number) => {
    if (count > 0) counts[id] = (counts[id] ?? 0) + count;
  };
  for (const one of evidence) {
    for (const { id, violations } of one?.audit.invariants ?? []) add(id, violations.length);
    add('H2', one?.unexplained.length ?? 0);
  }
  return counts;
}

function callsOf(bookingIds: readonly string[], calls: readonly Call[]): readonly Call[] {
  const ids = new Set(bookingIds);
  return calls.filter(
    ({ bookingId, replaces }) => ids.has(bookingId ?? '') || ids.has(replaces ?? ''),
  );
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
