import type { Booking } from '../booking/booking.ts';
import type { BookingCommand, Command, EventCommand } from '../commands/commands.ts';
import { decide as decideUnchecked } from './decide.ts';
import { decideGroup as decideGroupUnchecked, type GroupDecision } from './decide-group.ts';
import type { BookingDecision, Decision, EventDecision } from '../commands/decision.ts';
import { check, checkEach } from '../input/check.ts';
import { checkCommand } from '../input/check-command.ts';
import type { EventState } from '../event/event.ts';
import { checkBooking } from '../input/check-booking.ts';
import { checkEvent } from '../input/check-event.ts';
import { checkState } from '../input/check-state.ts';
import { iterable } from '../input/kind.ts';
import type { Instant } from '../instant.ts';
import { type State, stateOf as stateOfUnchecked } from '../state/state.ts';

/**
 * The state with this event and these bookings. A booking named twice counts once. `relevantTo`
 * says which bookings the commands need.
 *
 * @throws InvalidInput where a field is not what its type says, such as a count that came as text.
 * @example stateOf(event, [hold])
 */
export function stateOf(event: EventState | null, bookings: Iterable<Booking>): State {
  if (event !== null) checkEvent('event', event);
  check('bookings', bookings, iterable);
  const listed = [...bookings];
  checkEach('bookings', listed, checkBooking);
  return stateOfUnchecked(event, listed);
}

/**
 * Every rule, in one call: what becomes of `command`, given to an event in `state` at `now`.
 *
 * It is pure: the same arguments give the same decision. An accepted decision says what to write in
 * `transitions`: none where nothing changes. A refused one gives the first reason that applies, in
 * the order of refusal.ts, and writes nothing. An accepted command that is repeated changes nothing
 * and is accepted again.
 *
 * @throws InvalidInput where a field is not what its type says, such as a count that came as text.
 * @example
 * decide(state, { type: 'reserve', bookingId: 'b1', userId: 'ann', quantity: 2 }, now)
 * // { status: 'accepted', booking: { status: 'held', … }, transitions: [{ type: 'booking_held', … }] }
 * // or { status: 'refused', reason: 'sold_out' }
 */
export function decide(state: State, command: BookingCommand, now: Instant): BookingDecision;
export function decide(state: State, command: EventCommand, now: Instant): EventDecision;
export function decide(state: State, command: Command, now: Instant): Decision;
export function decide(state: State, command: Command, now: Instant): Decision {
  checkState(state, now);
  checkCommand('command', command);
  return decideUnchecked(state, command, now);
}

/**
 * Decides many commands of one event in the order of their arrival, each upon what the ones before
 * it left. That is the same as to decide and commit them one by one, except that a group raises the
 * version by one only. `writeOf` says what to write of it, and under which guard.
 *
 * @throws InvalidInput where a field is not what its type says, such as a count that came as text.
 * @example
 * decideGroup(state, [reserveOne, reserveTheLast, reserveOneMore], now).decisions
 * // [{ status: 'accepted', … }, { status: 'accepted', … }, { status: 'refused', reason: 'sold_out' }]
 */
export function decideGroup<C extends Command>(
  state: State,
  commands: readonly C[],
  now: Instant,
): GroupDecision<C> {
  checkState(state, now);
  checkEach('commands', commands, checkCommand);
  return decideGroupUnchecked(state, commands, now);
}
