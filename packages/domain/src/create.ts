import { isQuantity } from './capacity.ts';
import type { Create } from './commands.ts';
import { type EventDecision, eventChanged, eventUnchanged } from './decision.ts';
import { type EventState, isPolicy, isSamePolicy, isSameWindow, isSaleWindow } from './event.ts';
import type { Instant } from './instant.ts';
import { refused } from './refusal.ts';
import type { State } from './state.ts';

/**
 * Make an event, as a draft. Repeated with the same content it changes nothing, for as long as the
 * event still has that content.
 *
 * Refuses: invalid_quantity, invalid_rules, id_taken.
 */
export function decideCreate(state: State, command: Create, now: Instant): EventDecision {
  if (!isQuantity(command.total)) return refused('invalid_quantity');
  if (!isSaleWindow(command.saleWindow) || !isPolicy(command.policy)) {
    return refused('invalid_rules');
  }
  if (state.event !== null) {
    return hasSameContent(state.event, command) ? eventUnchanged : refused('id_taken');
  }
  const { type: _, ...content } = command;
  return eventChanged({ type: 'event_created', at: now, ...content });
}

function hasSameContent(event: EventState, command: Create): boolean {
  return (
    event.organizerId === command.organizerId &&
    event.title === command.title &&
    event.date === command.date &&
    event.capacity.total === command.total &&
    isSameWindow(event.rules.saleWindow, command.saleWindow) &&
    isSamePolicy(event.rules.policy, command.policy)
  );
}
