import type { Close } from './commands.ts';
import {
  type EventDecision,
  eventChanged,
  eventUnchanged,
  hasChangedSince,
  ownedBy,
} from './decision.ts';
import type { Instant } from '../instant.ts';
import { refused } from './refusal.ts';
import type { State } from '../state/state.ts';

/**
 * End the sale, or call the event off. Live holds may still be confirmed after the sale has
 * ended. Calling an event off ends its bookings: from that moment on each is cancelled
 * (`bookingAsOf`), and sweeps write it down. An event can be called off in any status.
 *
 * Refuses: event_not_found (another organizer's event, too), event_changed; for `closed` also
 * event_cancelled and, for a draft, not_on_sale.
 */
export function decideClose(state: State, command: Close, now: Instant): EventDecision {
  const event = ownedBy(state.event, command.organizerId);
  if (event === null) return refused('event_not_found');
  const { status } = event.rules;
  if (status === command.as) return eventUnchanged;
  if (status === 'cancelled') return refused('event_cancelled');
  if (hasChangedSince(event, command)) return refused('event_changed');
  if (status === 'draft' && command.as === 'closed') return refused('not_on_sale');
  return eventChanged({ type: 'event_closed', at: now, as: command.as });
}
