import type { Update } from './commands.ts';
import { type EventDecision, eventChanged, eventUnchanged, ownedBy } from './decision.ts';
import { type EventState, isPolicy, isSamePolicy, isSameWindow, isSaleWindow } from './event.ts';
import type { Instant } from './instant.ts';
import { refused } from './refusal.ts';
import type { State } from './state.ts';
import type { EventUpdated } from './transition.ts';

/**
 * Change what an event is called, when it is, when and how it is sold. Bookings that exist keep
 * what they have; a new policy holds for what comes after.
 *
 * Refuses: invalid_rules, event_not_found (another organizer's event, too), event_cancelled.
 */
export function decideUpdate(state: State, command: Update, now: Instant): EventDecision {
  const isValid =
    (command.saleWindow === null || isSaleWindow(command.saleWindow)) &&
    (command.policy === null || isPolicy(command.policy));
  if (!isValid) return refused('invalid_rules');
  const event = ownedBy(state.event, command.organizerId);
  if (event === null) return refused('event_not_found');
  if (event.rules.status === 'cancelled') return refused('event_cancelled');
  const updated = updatedFrom(event, command, now);
  return isNothingNew(event, updated) ? eventUnchanged : eventChanged(updated);
}

function updatedFrom(event: EventState, command: Update, now: Instant): EventUpdated {
  return {
    type: 'event_updated',
    at: now,
    title: command.title ?? event.title,
    date: command.date ?? event.date,
    saleWindow: command.saleWindow ?? event.rules.saleWindow,
    policy: command.policy ?? event.rules.policy,
  };
}

function isNothingNew(event: EventState, updated: EventUpdated): boolean {
  return (
    event.title === updated.title &&
    event.date === updated.date &&
    isSameWindow(event.rules.saleWindow, updated.saleWindow) &&
    isSamePolicy(event.rules.policy, updated.policy)
  );
}
