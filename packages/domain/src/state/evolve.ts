import type { Booking } from '../booking/booking.ts';
import { changeCapacity, freshCapacity } from '../event/capacity.ts';
import type { EventState } from '../event/event.ts';
import { addToUser, initialState, type State } from './state.ts';
import {
  type BookingTransition,
  capacityChangeOf,
  type EventCreated,
  type EventTransition,
  type EventUpdated,
  isBookingTransition,
  type LedgerEntry,
  type Transition,
} from './transition.ts';

/**
 * The state after one transition. The version stays: it counts commits, and a commit may have many
 * transitions (see `evolveCommit`).
 *
 * Throws where a transition comes before the event was created: a bug of the caller, or a ledger
 * whose beginning is missing.
 */
export function evolve(state: State, transition: Transition): State {
  const draft = draftOf(state);
  applyTo(draft, transition);
  return draft;
}

/** The state after one commit: its transitions in order, and the version one higher. */
export function evolveCommit(state: State, transitions: readonly Transition[]): State {
  if (transitions.length === 0) return state;
  const draft = draftOf(state);
  for (const transition of transitions) applyTo(draft, transition);
  draft.event = { ...existing(draft.event), version: existing(draft.event).version + 1 };
  return draft;
}

/**
 * The state that a whole ledger leads to, from nothing.
 *
 * @example replay([{ version: 1, transition: created }, { version: 2, transition: opened }])
 */
export function replay(ledger: Iterable<LedgerEntry>): State {
  const draft = draftOf(initialState);
  for (const { version, transition } of ledger) {
    // All transitions of a commit follow the version before it.
    if (draft.event !== null) draft.event = { ...draft.event, version: version - 1 };
    applyTo(draft, transition);
    draft.event = { ...existing(draft.event), version };
  }
  return draft;
}

/** A state that its owner may change in place, to apply many transitions to it. */
export interface DraftState extends State {
  event: EventState | null;
  creation: EventCreated | null;
  readonly bookings: Map<string, Booking>;
  readonly bookingIdsByUser: Map<string, string[]>;
}

/** A private copy of a state. */
export function draftOf(state: State): DraftState {
  const idsByUser = new Map<string, string[]>();
  for (const [userId, ids] of state.bookingIdsByUser) idsByUser.set(userId, [...ids]);
  const { event, creation } = state;
  return { event, creation, bookings: new Map(state.bookings), bookingIdsByUser: idsByUser };
}

/** Applies one transition to a draft, in place. */
export function applyTo(draft: DraftState, transition: Transition): void {
  if (transition.type === 'event_created') {
    draft.event = eventCreated(transition);
    draft.creation = transition;
    return;
  }
  const event = existing(draft.event);
  const capacity = changeCapacity(event.capacity, capacityChangeOf(transition));
  if (isBookingTransition(transition)) {
    draft.event = { ...event, capacity };
    putBooking(draft, bookingAfter(transition));
  } else {
    const organizedVersion = event.version + 1;
    draft.event = { ...eventAfter(event, transition), capacity, organizedVersion };
  }
}

function existing(event: EventState | null): EventState {
  if (event === null) throw new Error('A transition came before the event was created.');
  return event;
}

function putBooking(draft: DraftState, booking: Booking): void {
  const known = draft.bookings.get(booking.id);
  if (known?.userId !== booking.userId) {
    if (known !== undefined) takeFromUser(draft.bookingIdsByUser, known);
    addToUser(draft.bookingIdsByUser, booking);
  }
  draft.bookings.set(booking.id, booking);
}

/** The booking has moved to another user. */
function takeFromUser(idsByUser: Map<string, string[]>, { id, userId }: Booking): void {
  const left = (idsByUser.get(userId) ?? []).filter((each) => each !== id);
  if (left.length === 0) idsByUser.delete(userId);
  else idsByUser.set(userId, left);
}

function eventCreated(transition: EventCreated): EventState {
  const { eventId, organizerId, title, date, total, saleWindow, policy } = transition;
  return {
    id: eventId,
    organizerId,
    title,
    date,
    rules: { status: 'draft', saleWindow, policy },
    capacity: freshCapacity(total),
    saleFollowsDate: isDateFollowed(transition),
    publishedAt: null,
    cancelledAt: null,
    version: 0,
    organizedVersion: 1,
  };
}

function eventAfter(
  event: EventState,
  transition: Exclude<EventTransition, EventCreated>,
): EventState {
  switch (transition.type) {
    case 'event_updated': {
      const { title, date, saleWindow, policy } = transition;
      const rules = { ...event.rules, saleWindow, policy };
      return { ...event, title, date, rules, saleFollowsDate: isDateFollowed(transition) };
    }
    case 'event_opened':
      return {
        ...event,
        rules: { ...event.rules, status: 'on_sale' },
        publishedAt: event.publishedAt ?? transition.at,
      };
    case 'event_closed': {
      const rules = { ...event.rules, status: transition.as };
      return { ...event, rules, cancelledAt: transition.as === 'cancelled' ? transition.at : null };
    }
    case 'capacity_set':
      return event;
  }
}

function isDateFollowed(transition: EventCreated | EventUpdated): boolean {
  const { saleFollowsDate, saleWindow, date } = transition;
  return saleFollowsDate ?? saleWindow.closesAt === date;
}

/** The booking that a transition leaves behind. */
export function bookingAfter(transition: BookingTransition): Booking {
  const { bookingId: id, userId, quantity, ordinal, claimedQuantity, at } = transition;
  const claimed = claimedQuantity === undefined ? {} : { claimedQuantity };
  const facts = { id, userId, quantity, ordinal, ...claimed };
  switch (transition.type) {
    case 'booking_held':
    case 'booking_extended': {
      const { expiresAt, heldSince = at } = transition;
      return { ...facts, status: 'held', expiresAt, heldSince };
    }
    case 'booking_confirmed':
      return { ...facts, status: 'confirmed', confirmedAt: at };
    case 'booking_quantity_changed':
    case 'booking_transferred':
      return { ...facts, status: 'confirmed', confirmedAt: transition.confirmedAt };
    case 'booking_offered': {
      const { confirmedAt, offer } = transition;
      const confirmed = { ...facts, status: 'confirmed', confirmedAt } as const;
      return offer === undefined ? confirmed : { ...confirmed, offer };
    }
    case 'booking_cancelled':
      return {
        ...facts,
        status: 'cancelled',
        cancelledAt: at,
        from: transition.from,
        cancelledBy: transition.by,
      };
    case 'booking_expired':
      return { ...facts, status: 'expired', expiredAt: transition.expiresAt };
  }
}
