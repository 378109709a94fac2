import type { Command } from './commands/commands.ts';
import { decide } from './deciding/decide-checked.ts';
import type { Decision } from './commands/decision.ts';
import type { EventDetails, Policy, SaleWindow } from './event/event.ts';
import { evolve } from './state/evolve.ts';
import type { Instant } from './instant.ts';
import type { RefusalReason } from './commands/refusal.ts';
import { initialState, type State } from './state/state.ts';
import type { Transition } from './state/transition.ts';

/** What a test says after `when`: each throws, naming what was expected and what was decided. */
export interface Decided {
  readonly decision: Decision;
  /** Accepted, and exactly these transitions are to be written, in this order. */
  then(expected: readonly Transition[]): void;
  /** Accepted, and nothing changes: it was so already. */
  thenUnchanged(): void;
  /** Refused, for this reason. */
  thenRefused(reason: RefusalReason): void;
}

/**
 * A test of one rule, as a sentence: given what has happened, when a command comes, then this is
 * decided. It works with any test framework, or none.
 *
 * @example
 * given(onSale({ total: 1 }))
 *   .when({ type: 'reserve', bookingId: 'b1', userId: 'ann', quantity: 2 }, 0)
 *   .thenRefused('sold_out');
 */
export function given(history: readonly Transition[]): {
  readonly state: State;
  when(command: Command, now: Instant): Decided;
} {
  const state = history.reduce(evolve, initialState);
  return { state, when: (command, now) => decided(decide(state, command, now)) };
}

function decided(decision: Decision): Decided {
  const written =
    decision.status === 'accepted'
      ? { status: decision.status, transitions: decision.transitions }
      : decision;
  return {
    decision,
    then: (expected) => expectSame({ status: 'accepted', transitions: expected }, written),
    thenUnchanged: () => expectSame({ status: 'accepted', transitions: [] }, written),
    thenRefused: (reason) => expectSame({ ...written, status: 'refused', reason }, written),
  };
}

function expectSame(expected: unknown, actual: unknown): void {
  const [wanted, got] = [canonical(expected), canonical(actual)];
  if (wanted !== got) throw new Error(`Expected the decision\n  ${wanted}\nbut it was\n  ${got}`);
}

/** JSON with its keys in order, so that two equal pieces of data have equal texts. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** What `draft` and `onSale` take: every part has a default. */
export interface EventSketch extends Partial<EventDetails> {
  readonly total?: number;
  readonly organizerId?: string;
  readonly saleWindow?: SaleWindow;
  readonly saleFollowsDate?: boolean;
  readonly policy?: Partial<Policy>;
}

/** The history of an event that was made at 0 and is still a draft: 10 seats, holds of a minute. */
export function draft(sketch: EventSketch = {}): readonly Transition[] {
  const { policy, ...rest } = sketch;
  return [
    {
      type: 'event_created',
      at: 0,
      eventId: 'event',
      organizerId: 'organizer',
      title: 'A concert',
      date: 1_000_000_000,
      total: 10,
      saleWindow: { opensAt: null, closesAt: null },
      saleFollowsDate: false,
      policy: {
        quantityPerBookingMax: 10,
        activeBookingsPerUserMax: 1,
        holdDurationMs: 60_000,
        holdPauseMs: 0,
        cancelDeadlineMs: null,
        holdExtensionMaxMs: 0,
        extendsWhenSoldOut: true,
        ...policy,
      },
      ...rest,
    },
  ];
}

/** The history of an event that was made and put on sale at 0. */
export function onSale(sketch: EventSketch = {}): readonly Transition[] {
  return [...draft(sketch), { type: 'event_opened', at: 0 }];
}
