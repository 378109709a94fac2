import {
  type BookingCommand,
  type Expire,
  explainRefusal,
  type GroupDecision,
  type RefusalReason,
} from '@holdfast/domain';
import { decideGroup } from '@holdfast/domain/unchecked';
import type { ItemGroup, Loaded } from './load.ts';
import { claimOf, type Outcome, type Refusal, type SalesCommand } from './words.ts';

/** What was decided about a group, and where its commands stood in it. */
export interface Decided {
  readonly itemId: string;
  readonly loaded: Loaded;
  readonly group: GroupDecision<BookingCommand | Expire>;
  /** The commands that the rules decided, by their places. */
  readonly decidedCommands: readonly SalesCommand[];
  readonly outcomes: readonly Outcome[];
  /** Places whose outcome stands only if the write does: from the first that changes something on. */
  readonly doubtfulPlaces: ReadonlySet<number>;
}

/**
 * Decides the commands of one item. A claim of another item that has the id is refused here: the rules know
 * one item at a time.
 *
 * @example const { outcomes, group } = decideSales({ itemId, commands }, loaded)
 */
export function decideSales({ itemId, commands }: ItemGroup, loaded: Loaded): Decided {
  const isElsewhere = ({ booking }: SalesCommand) =>
    'bookingId' in booking && loaded.idsElsewhere.has(booking.bookingId);
  const decidedCommands = commands.filter((command) => !isElsewhere(command));
  const bookings = decidedCommands.map(({ booking }) => booking);
  const group = decideGroup(loaded.state, bookings, loaded.now);
  const outcomes: Outcome[] = [];
  const doubtfulPlaces = new Set<number>();
  let index = 0;
  for (const command of commands) {
    const decision = isElsewhere(command) ? undefined : group.decisions[index++];
    const isChange = decision?.status === 'accepted' && decision.transitions.length > 0;
    if (isChange || (doubtfulPlaces.size > 0 && decision !== undefined)) {
      doubtfulPlaces.add(outcomes.length);
    }
    outcomes.push(
      decision === undefined
        ? refusedElsewhere(command)
        : outcomeOf({ itemId, hasUsers: loaded.hasUsers }, decision),
    );
  }
  return { itemId, loaded, group, decidedCommands, outcomes, doubtfulPlaces };
}

type Decision = GroupDecision<BookingCommand | Expire>['decisions'][number];

function outcomeOf(of: Parameters<typeof claimOf>[0], decision: Decision): Outcome {
  if (decision.status === 'refused') return refusal(decision.reason);
  if ('booking' in decision) return claimOf(of, decision.booking);
  return { status: 'swept', expiredCount: decision.transitions.length };
}

function refusedElsewhere({ booking: { type } }: SalesCommand): Refusal {
  return refusal(type === 'reserve' || type === 'book' ? 'id_taken' : 'booking_not_found');
}

/** @example refusal('sold_out') // { status: 'refused', reason: 'sold_out', message: 'Not enough …' } */
export function refusal(reason: RefusalReason): Refusal {
  return { status: 'refused', reason, message: explainRefusal(reason) };
}
