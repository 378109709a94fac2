import type { Open } from './commands.ts';
import {
  type EventDecision,
  eventChanged,
  eventUnchanged,
  hasChangedSince,
  ownedBy,
} from './decision.ts';
import { hasSaleEnded } from '../event/event.ts';
import type { Instant } from '../instant.ts';
import { refused } from './refusal.ts';
import type { State } from '../state/state.ts';

/**
 * Put an event on sale: a draft, or one whose sale was closed. If it is on sale already, nothing
 * changes.
 *
 * Refuses: event_not_found (another organizer's event, too), event_cancelled, event_changed, and
 * sale_already_over where nobody could ever book.
 */
export function decideOpen(state: State, command: Open, now: Instant): EventDecision {
  const event = ownedBy(state.event, command.organizerId);
  if (event === null) return refused('event_not_found');
  const { status, saleWindow } = event.rules;
  if (status === 'cancelled') return refused('event_cancelled');
  if (status === 'on_sale') return eventUnchanged;
  if (hasChangedSince(event, command)) return refused('event_changed');
  if (hasSaleEnded(saleWindow, now)) return refused('sale_already_over');
  return eventChanged({ type: 'event_opened', at: now });
}
