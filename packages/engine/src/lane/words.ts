import type { OutcomeOf } from '@holdfast/data';
import type { BookingCommand, OrganizerCommand } from '@holdfast/domain';
import type { Span } from '@holdfast/process/trace';
import type { OutcomeUnknown } from './group-words.ts';

/** A command that somebody gives: everything but the sweep, which is the worker's. */
export type GivenCommand = BookingCommand | OrganizerCommand;

/** A command as it arrives. */
export interface Arrival {
  readonly command: GivenCommand;
  /** Its caller made the id in this very call: there can be no booking of it yet. */
  readonly isFirstAttempt: boolean;
  /** The call that gives it, where that is traced. */
  readonly span?: Span | null;
}

/** What PostgreSQL's part of a command ends in. */
export type CommittedOutcome = OutcomeOf<GivenCommand>;

/** What a command ends in. */
export type GivenOutcome = CommittedOutcome | OutcomeUnknown;

/** Who gives a command. An admin's about an event is in the name of its organizer. */
export function giverOf(command: GivenCommand): string {
  return ('actor' in command ? command.actor?.id : undefined) ?? userOf(command);
}

/** Whose a command is: the user's, on whose behalf it may be given, or the organizer's. */
export function userOf(command: GivenCommand): string {
  return 'userId' in command ? command.userId : command.organizerId;
}

/** So many seats does it claim; 0 where it claims none. */
export function seatsClaimedBy(command: GivenCommand): number {
  return command.type === 'reserve' || command.type === 'book' ? command.quantity : 0;
}

/** Does it end holds of its user? Then not all of the seats that it claims have to be free. */
export function isReplacing(command: GivenCommand): boolean {
  return command.type === 'reserve' && command.replace === true;
}

/**
 * May a claim that is refused as sold out be answered otherwise after it? Seats may come back, as where a
 * smaller hold replaces a larger one, or the reason becomes another one: the sale is over, or one may have fewer. That a hold lapses or a sale ends is
 * a matter of time, and of the standing.
 */
export function mayEndRefusals(command: GivenCommand): boolean {
  switch (command.type) {
    case 'cancel':
    case 'changeQuantity':
    case 'setCapacity':
    case 'update':
    case 'open':
    case 'close':
      return true;
    case 'reserve':
      return isReplacing(command);
    case 'book':
    case 'confirm':
    case 'extend':
    case 'transfer':
    case 'accept':
    case 'create':
      return false;
  }
}
