import { lapsedHoldCountMax, lapsedHolds } from '@holdfast/domain';
import { decideGroup } from '@holdfast/domain/unchecked';
import type { Decided } from './group.ts';

/**
 * Was somebody refused because there were too few seats, while more holds had lapsed than one group
 * may look at? Then the refusal may be wrong. Those holds are swept first, and then it is decided
 * again.
 */
export function needsSweepFirst({ loaded, group }: Decided): boolean {
  const isForWantOfSeats = group.decisions.some(
    (decision) =>
      decision.status === 'refused' &&
      (decision.reason === 'sold_out' || decision.reason === 'capacity_below_taken'),
  );
  return isForWantOfSeats && lapsedHolds(loaded.state, loaded.now).length >= lapsedHoldCountMax;
}

/** Instead of what was decided: the sweep of every lapsed hold that was seen. */
export function sweepInstead({ loaded }: Decided): Decided {
  const sweep = { type: 'expire', bookingCountMax: lapsedHoldCountMax } as const;
  return { loaded, group: decideGroup(loaded.state, [sweep], loaded.now) };
}
