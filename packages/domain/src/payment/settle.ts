import type { BookingStatus } from '../booking/booking.ts';
import type { Cancel, Confirm } from '../commands/commands.ts';
import { checkPayment, type Payment } from './payment.ts';
import type { RefusalReason } from '../commands/refusal.ts';

/**
 * A payment that is to be settled, and the payment that buys its booking: the first of its payments
 * that was paid. `null`: none was. It is written down before anything is done, and never changed.
 */
export interface Settled {
  readonly payment: Payment;
  readonly buyerId: string | null;
}

/** What became of the command, as the engine answers it, or the client. */
export type CommandAnswer =
  | { readonly status: 'accepted' | BookingStatus }
  | { readonly status: 'refused'; readonly reason: RefusalReason }
  | { readonly status: 'unknown' };

/**
 * What is to be done about the money:
 *
 * - `nothing`: there is none to be kept or given back;
 * - `keep`: its seats are sold;
 * - `decline`: its seats are not to be had. Note that (`refund_due`), and settle it again. Only then
 *   may it go back: a repeat that found the seats free in between would sell them unpaid;
 * - `give_back`: have the provider refund it, under the payment's id, so that a repeat has one effect;
 * - `repeat`: nobody knows yet. Settle it again;
 * - `call_organizer`: the money has gone back, and the policy no longer lets its user give back the
 *   seats. The organizer has to decide.
 */
export type Settlement = 'nothing' | 'keep' | 'decline' | 'give_back' | 'repeat' | 'call_organizer';

/**
 * What a payment means for its booking: confirm it, though its hold has lapsed, where the money is
 * there; cancel it where the money has gone back. `null`: nothing. A booking is bought by one
 * payment, and others leave it alone.
 *
 * @throws InvalidInput where a field is not what its type says.
 * @example
 * paymentCommand({ payment: { ...payment, standing: 'paid' }, buyerId: payment.id })
 * // { type: 'confirm', ifLapsed: 'reacquire', bookingId, userId }
 */
export function paymentCommand({ payment, buyerId }: Settled): Confirm | Cancel | null {
  checkPayment(payment);
  const { id, bookingId, userId } = payment;
  if (buyerId !== id) return null;
  switch (payment.standing) {
    case 'open':
    case 'failed':
      return null;
    case 'paid':
      return { type: 'confirm', bookingId, userId, ifLapsed: 'reacquire' };
    case 'refund_due':
    case 'refunded':
      return { type: 'cancel', bookingId, userId };
  }
}

/**
 * What is to be done about the money, by what became of the command. `answer` is `null` where there
 * was none to give.
 *
 * @throws InvalidInput where a field is not what its type says.
 * @example
 * settlementOf({ payment: paid, buyerId: paid.id }, { status: 'refused', reason: 'hold_lapsed' })
 * // 'decline'
 */
export function settlementOf({ payment }: Settled, answer: CommandAnswer | null): Settlement {
  checkPayment(payment);
  if (answer?.status === 'unknown') return 'repeat';
  switch (payment.standing) {
    case 'open':
    case 'failed':
      return 'nothing';
    case 'paid':
      return answer === null || answer.status === 'refused' ? 'decline' : 'keep';
    case 'refund_due':
      return isStillSold(answer) ? 'call_organizer' : 'give_back';
    case 'refunded':
      return isStillSold(answer) ? 'call_organizer' : 'nothing';
  }
}

/** Of all refusals only this one leaves the seats with the user. */
function isStillSold(answer: CommandAnswer | null): boolean {
  return answer?.status === 'refused' && answer.reason === 'cancel_deadline_passed';
}
