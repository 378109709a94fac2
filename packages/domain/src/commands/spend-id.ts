import { mayCommand } from '../booking/actor.ts';
import { isQuantity } from '../event/capacity.ts';
import type { Instant } from '../instant.ts';
import { hasEvent, type State } from '../state/state.ts';
import type { BookingCancelled } from '../state/transition.ts';
import type { Command } from './commands.ts';

/**
 * What is written where a repeated claim was refused: its id is spent from now on. An attempt before it, which may
 * still be on its way, then finds its id taken, whenever it arrives. So nobody gets seats who was told that
 * there are none. `null`: nothing is written, because the command is no repeated claim, its id names
 * something already, or there is no event of which it could have taken seats.
 *
 * @example spendId(state, { type: 'book', bookingId: 'b1', userId: 'ann', quantity: 2, isRepeat: true }, now)
 * // { type: 'booking_cancelled', from: 'nothing', by: 'refusal', … }
 */
export function spendId(state: State, command: Command, now: Instant): BookingCancelled | null {
  if (command.type !== 'reserve' && command.type !== 'book') return null;
  if (command.isRepeat !== true || !isQuantity(command.quantity)) return null;
  if (!hasEvent(state) || state.event.isArchived === true) return null;
  const { bookingId, userId, quantity } = command;
  if (!mayCommand(state.event, command) || state.bookings.has(bookingId)) return null;
  const facts = { at: now, bookingId, userId, quantity, ordinal: 1 };
  return { ...facts, type: 'booking_cancelled', from: 'nothing', by: 'refusal' };
}
