import type { Answer, OutcomeUnknown } from './group-words.ts';

/** One command and the caller that waits for it. */
export interface Ticket<Command, Outcome> {
  readonly command: Command;
  readonly caller: string;
  readonly resolve: (outcome: Answer<Outcome> | OutcomeUnknown) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout;
  /** By `performance.now()`. */
  readonly arrivedAtMs: number;
  /** Its caller was told before its group was over. */
  isAnswered: boolean;
}

/** Who is in a group is a matter of turns; within it they are decided as they came. */
export function byArrival(one: Arrived, other: Arrived): number {
  return one.arrivedAtMs - other.arrivedAtMs;
}

type Arrived = Pick<Ticket<unknown, never>, 'arrivedAtMs'>;

/** A commit that answers fewer outcomes than it got commands is a bug: those callers hear of it. */
export function answer<Command, Outcome>(
  ticket: Ticket<Command, Outcome>,
  outcome: Answer<Outcome> | undefined,
): void {
  if (outcome === undefined) return fail(ticket, new Error('A commit left out an outcome.'));
  clearTimeout(ticket.timer);
  ticket.resolve(outcome);
}

export function answerNow<Command, Outcome>(
  ticket: Ticket<Command, Outcome> | undefined,
  outcome: Answer<Outcome>,
): void {
  if (ticket === undefined) throw new Error('A group has no command at this place.');
  ticket.isAnswered = true;
  answer(ticket, outcome);
}

export function fail<Command, Outcome>(ticket: Ticket<Command, Outcome>, error: unknown): void {
  clearTimeout(ticket.timer);
  ticket.reject(error);
}
