import { type Safety, safetyReasons, type Verdict, verdictOf, when } from '../judge/verdict.ts';
import { recoveredShare } from './recovery.ts';

export interface ChaosJudged extends Safety {
  readonly falseSoldOut: number;
  readonly unanswered: number;
  /** `null`: none are asked for. */
  readonly acknowledgedDuringFault: number | null;
  readonly recoveryMs: number | null;
  readonly recoveryMsMax: number;
  readonly broken: readonly string[];
}

/**
 * Did Holdfast get through the fault? Bookings went on; nothing that was acknowledged is lost, no
 * invariant is violated, nobody was told "sold out" while there were seats, everybody was answered,
 * the service came back in time, and whatever else the fault asks for.
 */
export function judgeChaos(judged: ChaosJudged): Verdict {
  return verdictOf([
    ...safetyReasons(judged),
    ...when(judged.falseSoldOut, 'Users told sold_out although seats were free all the time'),
    ...(judged.acknowledgedDuringFault !== 0
      ? []
      : ['No booking was acknowledged during the fault.']),
    ...when(judged.unanswered, 'Calls without an answer, also after retries'),
    ...recoveryReasons(judged),
    ...judged.broken,
  ]);
}

function recoveryReasons({ recoveryMs, recoveryMsMax }: ChaosJudged): readonly string[] {
  if (recoveryMs === null)
    return [`The rate did not come back to ${recoveredShare * 100} % of what it was.`];
  if (recoveryMs <= recoveryMsMax) return [];
  return [`Recovery took ${recoveryMs} ms; at most ${recoveryMsMax} ms are allowed.`];
}
