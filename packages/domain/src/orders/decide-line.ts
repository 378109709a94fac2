import { bookingAsOf, isActive } from '../booking/booking.ts';
import type { BookingCommand } from '../commands/commands.ts';
import { type BookingDecision, bookingUnchanged } from '../commands/decision.ts';
import { refused } from '../commands/refusal.ts';
import { decide } from '../deciding/decide.ts';
import type { Instant } from '../instant.ts';
import { bookingNamed, hasEvent, type State } from '../state/state.ts';
import type { OrderCommand } from './order-commands.ts';

/** What an order asks of an event, and how that event stands. */
interface LineUpon {
  readonly command: BookingCommand;
  readonly state: State;
}

/** What a line has to know of the order that it belongs to. */
interface WholeOrder {
  readonly order: OrderCommand;
  /** It was placed before. */
  readonly isKnown: boolean;
  /** Each of its bookings takes seats now. */
  readonly isWhole: boolean;
}

/** What was decided about a line, and the command that it comes to. */
interface DecidedLine {
  readonly command: BookingCommand;
  readonly decision: BookingDecision;
}

/** Does each of these bookings, which are there already, take seats at `now`? */
export function areAllActive(lines: readonly LineUpon[], now: Instant): boolean {
  return lines.every((line) => {
    const seen = bookingSeen(line, now);
    return seen !== null && isActive(seen, now);
  });
}

/** Has the booking of this line, which is there already, moved to another user? */
export function hasMoved({ command, state }: LineUpon): boolean {
  const booking = bookingNamed(state, command.bookingId);
  return booking !== undefined && booking.userId !== command.userId;
}

/** The rules for one line of an order. They are those for a booking, but for what is said here. */
export function decideLine(line: LineUpon, whole: WholeOrder, now: Instant): DecidedLine {
  const { command, state } = line;
  const seen = bookingSeen(line, now);
  switch (whole.order.type) {
    case 'placeOrder':
      return whole.isKnown ? placedAgain(line, whole, now) : placedAnew(line, now);
    case 'cancelOrder':
      // A hold that has lapsed keeps nobody from giving the rest back.
      if (seen?.status === 'expired') return { command, decision: bookingUnchanged(seen) };
      return { command, decision: decide(state, command, now) };
    case 'confirmOrder':
      return { command, decision: decide(state, command, now) };
  }
}

/** A booking that somebody made under the order's id, and not by it, is no part of it. */
function placedAnew({ command, state }: LineUpon, now: Instant): DecidedLine {
  const isTaken = bookingNamed(state, command.bookingId) !== undefined;
  return { command, decision: isTaken ? refused('id_taken') : decide(state, command, now) };
}

/** As it is now. To be confirmed, it must be whole: nobody who pays for all gets a part. */
function placedAgain(line: LineUpon, { order, isWhole }: WholeOrder, now: Instant): DecidedLine {
  const { state } = line;
  const { bookingId, userId } = line.command;
  const command = { type: 'confirm', bookingId, userId } as const;
  const isToConfirm = order.type === 'placeOrder' && order.as === 'confirmed' && isWhole;
  if (isToConfirm) return { command, decision: decide(state, command, now) };
  const seen = bookingSeen(line, now);
  const decision = seen === null ? refused('booking_not_found') : bookingUnchanged(seen);
  return { command, decision };
}

function bookingSeen({ command, state }: LineUpon, now: Instant) {
  const booking = bookingNamed(state, command.bookingId);
  return booking === undefined || !hasEvent(state) ? null : bookingAsOf(booking, state.event, now);
}
