import { recoveredShare } from './recovery.ts';

/** What is judged of one fault. */
export interface ChaosJudged {
  /** `null`: the database could not be asked. */
  readonly lostAcknowledged: number | null;
  readonly violations: number | null;
  readonly falseSoldOut: number;
  readonly unanswered: number;
  /** Bookings that were acknowledged while the fault was there. */
  readonly acknowledgedDuringFault: number;
  readonly recoveryMs: number | null;
  readonly recoveryMsMax: number;
  /** What else did not hold, a sentence each. */
  readonly broken: readonly string[];
}

export interface ChaosVerdict {
  readonly verdict: 'pass' | 'fail';
  /** Why it failed, as sentences. Empty where it passed. */
  readonly reasons: readonly string[];
}

/**
 * Did Holdfast get through the fault? Bookings went on; nothing that was acknowledged is lost, no
 * invariant is violated, nobody was told "sold out" while there were seats, everybody was answered,
 * the service came back in time, and whatever else the fault asks for.
 */
export function judgeChaos(judged: ChaosJudged): ChaosVerdict {
  const reasons = [...safetyReasons(judged), ...serviceReasons(judged), ...judged.broken];
  return { verdict: reasons.length === 0 ? 'pass' : 'fail', reasons };
}

function safetyReasons({ lostAcknowledged, violations, falseSoldOut }: ChaosJudged): string[] {
  const unproven = lostAcknowledged === null || violations === null;
  return [
    ...when(unproven, 'The database could not be asked, so safety is not proven.'),
    ...when((violations ?? 0) > 0, `Rows that violate an invariant: ${violations}.`),
    ...when(
      (lostAcknowledged ?? 0) > 0,
      `Acknowledged bookings that are not as acknowledged: ${lostAcknowledged}.`,
    ),
    ...when(
      falseSoldOut > 0,
      `Refusals as sold out while there were seats all the time: ${falseSoldOut}.`,
    ),
  ];
}

function serviceReasons(judged: ChaosJudged): string[] {
  const { acknowledgedDuringFault, unanswered, recoveryMs, recoveryMsMax } = judged;
  const isLate = recoveryMs !== null && recoveryMs > recoveryMsMax;
  return [
    ...when(acknowledgedDuringFault === 0, 'No booking was acknowledged during the fault.'),
    ...when(unanswered > 0, `Calls that nobody answered, retries included: ${unanswered}.`),
    ...when(
      recoveryMs === null,
      `The rate did not come back to ${recoveredShare * 100} % of what it was.`,
    ),
    ...when(isLate, `Recovery took ${recoveryMs} ms; at most ${recoveryMsMax} ms are allowed.`),
  ];
}

function when(isSo: boolean, reason: string): string[] {
  return isSo ? [reason] : [];
}
