import { changed } from '../event/changes.ts';
import type { Update } from './commands.ts';
import {
  type EventDecision,
  eventChanged,
  eventUnchanged,
  hasChangedSince,
  ownedBy,
} from './decision.ts';
import {
  type EventState,
  hasSaleEnded,
  isPolicy,
  isSamePolicy,
  isSameWindow,
  isSaleWindow,
} from '../event/event.ts';
import { givenWindowOf, saleTimesOf } from '../event/given-window.ts';
import type { Instant } from '../instant.ts';
import { refused } from './refusal.ts';
import type { State } from '../state/state.ts';
import type { EventUpdated } from '../state/transition.ts';

/**
 * Change what an event is called, when it is, when and how it is sold. Existing bookings stay as
 * they are; a new policy is for later ones. If the end of the sale was never given, it moves with
 * the date.
 *
 * Refuses: event_not_found (another organizer's event, too), invalid_rules, event_cancelled,
 * event_changed, and sale_already_over where it would end a running sale: use close for that.
 */
export function decideUpdate(state: State, command: Update, now: Instant): EventDecision {
  const event = ownedBy(state.event, command.organizerId);
  if (event === null) return refused('event_not_found');
  const updated = updatedFrom(event, command, now);
  if (!isSaleWindow(updated.saleWindow) || !isPolicy(updated.policy)) {
    return refused('invalid_rules');
  }
  if (event.rules.status === 'cancelled') return refused('event_cancelled');
  if (isNothingNew(event, updated)) return eventUnchanged;
  if (hasChangedSince(event, command)) return refused('event_changed');
  if (endsSale(event, updated, now)) return refused('sale_already_over');
  return eventChanged(updated);
}

function updatedFrom(event: EventState, command: Update, now: Instant): EventUpdated {
  const date = command.date ?? event.date;
  return {
    type: 'event_updated',
    at: now,
    title: command.title ?? event.title,
    date,
    ...saleTimesOf(changed(givenWindowOf(event), command.saleWindow), date),
    policy: changed(event.rules.policy, command.policy),
  };
}

function isNothingNew(event: EventState, updated: EventUpdated): boolean {
  return (
    event.title === updated.title &&
    event.date === updated.date &&
    event.saleFollowsDate === updated.saleFollowsDate &&
    isSameWindow(event.rules.saleWindow, updated.saleWindow) &&
    isSamePolicy(event.rules.policy, updated.policy)
  );
}

/**
 * Is the event on sale, and would the change end the sale in the past? Most likely the year was
 * mistyped.
 */
function endsSale({ rules }: EventState, { saleWindow }: EventUpdated, now: Instant): boolean {
  const isMoved = saleWindow.closesAt !== rules.saleWindow.closesAt;
  return rules.status === 'on_sale' && isMoved && hasSaleEnded(saleWindow, now);
}
