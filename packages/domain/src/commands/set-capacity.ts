import { isQuantity, takenSeats } from '../event/capacity.ts';
import type { SetCapacity } from './commands.ts';
import {
  type EventDecision,
  eventChanged,
  eventUnchanged,
  hasChangedSince,
  ownedBy,
} from './decision.ts';
import { reclaim } from './expire.ts';
import type { Instant } from '../instant.ts';
import { refused } from './refusal.ts';
import { lapsedHolds, type State } from '../state/state.ts';

/**
 * Change how many seats there are in all. There are never less than are held or sold. If needed,
 * lapsed holds are ended first.
 *
 * Refuses: invalid_quantity, event_not_found (another organizer's event, too), event_cancelled,
 * event_changed, capacity_below_taken.
 */
export function decideSetCapacity(state: State, command: SetCapacity, now: Instant): EventDecision {
  if (!isQuantity(command.total)) return refused('invalid_quantity');
  const event = ownedBy(state.event, command.organizerId);
  if (event === null) return refused('event_not_found');
  if (event.rules.status === 'cancelled') return refused('event_cancelled');
  const { capacity } = event;
  if (capacity.total === command.total) return eventUnchanged;
  if (hasChangedSince(event, command)) return refused('event_changed');
  const expired = reclaim(lapsedHolds(state, now), takenSeats(capacity) - command.total, now);
  if (expired === null) return refused('capacity_below_taken');
  return eventChanged(...expired, {
    type: 'capacity_set',
    at: now,
    from: capacity.total,
    to: command.total,
  });
}
