import { isBookingTransition } from '@holdfast/domain';
import type { Decided, Recorded } from './group.ts';
import { type KnownEvent, unknownLapse } from './known-events.ts';

/**
 * What is known of the event after a group was written, or as it was read if nothing had to be
 * written. `null`: there is no such event.
 *
 * Two buyers may take seats at once, so other writers may have committed between the load and the write. Their holds
 * were not seen, so no refusal may rest on when the next one lapses.
 */
export function knownAfter(
  { loaded, group }: Decided,
  recorded: Recorded | null,
): KnownEvent | null {
  const { state, nextLapseAt } = loaded;
  if (recorded === null) return state.event && { event: state.event, nextLapseAt };
  if (group.after.event === null) return null;
  const { version, total, available, held } = recorded;
  const isAllSeen = version === (state.event?.version ?? 0) + 1;
  return {
    event: { ...group.after.event, version, capacity: { total, available, held } },
    nextLapseAt: isAllSeen ? earliestLapse({ loaded, group }) : unknownLapse,
  };
}

function earliestLapse({ loaded, group }: Decided): number | null {
  let earliest = loaded.nextLapseAt;
  for (const transition of group.transitions) {
    if (!isBookingTransition(transition) || transition.type !== 'booking_held') continue;
    earliest = Math.min(earliest ?? Infinity, transition.expiresAt);
  }
  return earliest;
}
