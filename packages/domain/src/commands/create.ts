import { isQuantity } from '../event/capacity.ts';
import type { Create } from './commands.ts';
import { type EventDecision, eventChanged, eventUnchanged } from './decision.ts';
import {
  type EventState,
  isPolicy,
  isSamePolicy,
  isSameWindow,
  isSaleWindow,
} from '../event/event.ts';
import { saleTimesOf } from '../event/given-window.ts';
import type { Instant } from '../instant.ts';
import { refused } from './refusal.ts';
import type { State } from '../state/state.ts';
import type { EventCreated } from '../state/transition.ts';

/**
 * Make an event, as a draft. Repeated with the same content it is accepted and changes nothing,
 * whatever has become of the event since.
 *
 * Refuses: invalid_quantity, invalid_rules, id_taken.
 */
export function decideCreate(state: State, command: Create, now: Instant): EventDecision {
  if (!isQuantity(command.total)) return refused('invalid_quantity');
  const { saleWindow: given, ...content } = command;
  const times = saleTimesOf(given, command.date);
  if (!isSaleWindow(times.saleWindow) || !isPolicy(command.policy)) {
    return refused('invalid_rules');
  }
  const created: EventCreated = { ...content, ...times, type: 'event_created', at: now };
  if (state.event === null) return eventChanged(created);
  // If it is not known how the event was made, it is compared as it is now.
  const before = state.creation ?? contentOf(state.event);
  return isSameContent(before, created) ? eventUnchanged : refused('id_taken');
}

type Content = Omit<EventCreated, 'type' | 'at'>;

function contentOf({ id: eventId, rules, capacity: { total }, ...event }: EventState): Content {
  return { ...event, eventId, total, saleWindow: rules.saleWindow, policy: rules.policy };
}

function isSameContent(before: Content, created: Content): boolean {
  return (
    before.organizerId === created.organizerId &&
    before.title === created.title &&
    before.date === created.date &&
    before.total === created.total &&
    isSameWindow(before.saleWindow, created.saleWindow) &&
    // An old ledger does not say.
    (before.saleFollowsDate ?? created.saleFollowsDate) === created.saleFollowsDate &&
    isSamePolicy(before.policy, created.policy)
  );
}
