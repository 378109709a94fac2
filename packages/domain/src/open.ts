import type { Open } from './commands.ts';
import { type EventDecision, eventChanged, eventUnchanged, ownedBy } from './decision.ts';
import type { Instant } from './instant.ts';
import { refused } from './refusal.ts';
import type { State } from './state.ts';

/**
 * Put a draft on sale. An event that is on sale already stays so.
 *
 * Refuses: event_not_found (another organizer's event, too), event_cancelled, event_closed.
 */
export function decideOpen(state: State, command: Open, now: Instant): EventDecision {
  const event = ownedBy(state.event, command.organizerId);
  if (event === null) return refused('event_not_found');
  switch (event.rules.status) {
    case 'cancelled':
      return refused('event_cancelled');
    case 'closed':
      return refused('event_closed');
    case 'on_sale':
      return eventUnchanged;
    case 'draft':
      return eventChanged({ type: 'event_opened', at: now });
  }
}
