import { decideAccept } from '../commands/accept.ts';
import { refusalOfArchived } from '../commands/archived.ts';
import { decideBook } from '../commands/book.ts';
import { decideCancel } from '../commands/cancel.ts';
import { decideChangeQuantity } from '../commands/change-quantity.ts';
import { decideClose } from '../commands/close.ts';
import type { BookingCommand, Command, EventCommand } from '../commands/commands.ts';
import { decideConfirm } from '../commands/confirm.ts';
import { decideCreate } from '../commands/create.ts';
import {
  type BookingDecision,
  type Decision,
  type EventDecision,
  signed,
} from '../commands/decision.ts';
import { decideExtend } from '../commands/extend.ts';
import { decideExpire } from '../commands/expire.ts';
import type { Instant } from '../instant.ts';
import { decideOpen } from '../commands/open.ts';
import { decideReserve } from '../commands/reserve.ts';
import { decideSetCapacity } from '../commands/set-capacity.ts';
import type { State } from '../state/state.ts';
import { decideTransfer } from '../commands/transfer.ts';
import { decideUpdate } from '../commands/update.ts';

/**
 * Every rule, in one call: what becomes of `command`, given to an event in `state` at `now`.
 *
 * It is total and pure. If what it is handed is what the types say (decide-checked.ts checks that),
 * it never throws, and the same arguments give the same decision. An accepted decision says what to
 * write in `transitions`: none where nothing changes. A refused one gives the first reason that
 * applies, in the order of refusal.ts, and writes nothing. An accepted command that is repeated
 * changes nothing and is accepted again.
 *
 * @example
 * decide(state, { type: 'reserve', bookingId: 'b1', userId: 'ann', quantity: 2 }, now)
 * // { status: 'accepted', booking: { status: 'held', … }, transitions: [{ type: 'booking_held', … }] }
 * // or { status: 'refused', reason: 'sold_out' }
 */
export function decide(state: State, command: BookingCommand, now: Instant): BookingDecision;
export function decide(state: State, command: EventCommand, now: Instant): EventDecision;
export function decide(state: State, command: Command, now: Instant): Decision;
export function decide(state: State, command: Command, now: Instant): Decision {
  const archived = state.event?.isArchived === true && refusalOfArchived(state.event, command);
  if (archived) return archived;
  if (!('actor' in command) || command.actor === undefined) return decideBy(state, command, now);
  const { bookingId, actor } = command;
  return signed(decideBy(state, command, now), { bookingId, actor });
}

function decideBy(state: State, command: BookingCommand, now: Instant): BookingDecision;
function decideBy(state: State, command: Command, now: Instant): Decision;
function decideBy(state: State, command: Command, now: Instant): Decision {
  switch (command.type) {
    case 'reserve':
      return decideReserve(state, command, now);
    case 'book':
      return decideBook(state, command, now);
    case 'confirm':
      return decideConfirm(state, command, now);
    case 'cancel':
      return decideCancel(state, command, now);
    case 'changeQuantity':
      return decideChangeQuantity(state, command, now);
    case 'extend':
      return decideExtend(state, command, now);
    case 'transfer':
      return decideTransfer(state, command, now);
    case 'accept':
      return decideAccept(state, command, now);
    case 'expire':
      return decideExpire(state, command, now);
    case 'create':
      return decideCreate(state, command, now);
    case 'update':
      return decideUpdate(state, command, now);
    case 'open':
      return decideOpen(state, command, now);
    case 'close':
      return decideClose(state, command, now);
    case 'setCapacity':
      return decideSetCapacity(state, command, now);
  }
}
