import type {
  Booking,
  BookingCommand,
  Command,
  Decision,
  EventCommand,
  EventState,
  Refused,
  Transition,
} from '@holdfast/domain';
import type { Decided, Recorded } from './group.ts';

/** The connection broke before the answer, so it is not known whether the command took effect. */
export interface Unknown {
  readonly status: 'unknown';
}

/** A command about a booking that is committed, or was so already. */
export interface AcceptedBooking {
  readonly status: 'accepted';
  readonly booking: Booking;
}

/** A command about an event that is committed, or was so already. */
export interface AcceptedEvent {
  readonly status: 'accepted';
  /** The event as the commit left it. */
  readonly event: EventState;
  /** What this command changed. Empty: it was so already. */
  readonly transitions: readonly Transition[];
}

export type BookingOutcome = AcceptedBooking | Refused | Unknown;
export type EventOutcome = AcceptedEvent | Refused | Unknown;
export type Outcome = BookingOutcome | EventOutcome;

/** The outcome that a command of this type gets. */
export type OutcomeOf<C extends Command> = C extends BookingCommand
  ? BookingOutcome
  : C extends EventCommand
    ? EventOutcome
    : never;

/** What to tell the callers. `recorded` is null where nothing had to be written. */
export function outcomesOf({ loaded, group }: Decided, recorded: Recorded | null): Outcome[] {
  const event = eventAsRecorded(
    recorded === null ? loaded.state.event : group.after.event,
    recorded,
  );
  return group.decisions.map((decision) => outcomeOf(decision, event));
}

function outcomeOf(decision: Decision, event: EventState | null): Outcome {
  if (decision.status === 'refused') return decision;
  if ('booking' in decision) return { status: 'accepted', booking: decision.booking };
  if (event === null) throw new Error('A command was accepted about an event that is not there.');
  return { status: 'accepted', event, transitions: decision.transitions };
}

function eventAsRecorded(event: EventState | null, recorded: Recorded | null): EventState | null {
  if (event === null || recorded === null) return event;
  const { version, total, available, held } = recorded;
  return { ...event, version, capacity: { total, available, held } };
}

/**
 * What to tell the callers when nobody can find out whether this group was written. The first
 * command that would have changed something is `unknown`, and so are all after it, which were
 * decided upon that change.
 */
export function outcomesInDoubt({ loaded, group }: Decided): Outcome[] {
  const firstDoubtful = firstChange(group);
  return group.decisions.map((decision, index) =>
    index < firstDoubtful ? outcomeOf(decision, loaded.state.event) : { status: 'unknown' },
  );
}

/** Which commands of the group may have taken effect, if it was written. */
function doubtfulIndexes({ group }: Decided): readonly number[] {
  const firstDoubtful = firstChange(group);
  return group.decisions.flatMap((decision, index) =>
    index >= firstDoubtful && decision.status === 'accepted' ? [index] : [],
  );
}

/** A refusal that spends an id is one, too: until that is written it promises nothing. */
function firstChange({ decisions, spentPlaces }: Decided['group']): number {
  return decisions.findIndex(
    (decision, place) =>
      spentPlaces.has(place) || (decision.status === 'accepted' && decision.transitions.length > 0),
  );
}

/**
 * A command that may have taken effect in an attempt that stayed in doubt is not refused: a slow
 * server may still commit that attempt. It is `unknown`.
 */
export function withDoubts(outcomes: readonly Outcome[], doubts: readonly Decided[]): Outcome[] {
  const doubtful = new Set(doubts.flatMap(doubtfulIndexes));
  return outcomes.map((outcome, index) =>
    outcome.status === 'refused' && doubtful.has(index) ? { status: 'unknown' } : outcome,
  );
}
