import type { OrderOutcome } from '@holdfast/data';
import type { OrderCommand } from '@holdfast/domain';
import type { Span } from '@holdfast/process/trace';
import type { CommandGroup, OutcomeUnknown } from './group-words.ts';

/** A command about an order as it arrives. */
export interface OrderArrival {
  readonly command: OrderCommand;
  /** Its caller made the id in this very call: there can be no order of it yet. */
  readonly isFirstAttempt: boolean;
  /** The call that gives it, where that is traced. */
  readonly span?: Span | null;
}

/** What a command about an order ends in. */
export type GivenOrderOutcome = OrderOutcome | OutcomeUnknown;

/** Orders that were taken from their lane. */
export type TakenOrders = CommandGroup<OrderArrival, GivenOrderOutcome>;
