import { check, checkFields, type Kinds } from '../input/check.ts';
import { name, object, oneOf } from '../input/kind.ts';

/**
 * How a payment stands, from the least to the most that can be known of it:
 *
 * - `open`: begun, and nothing is told of it yet;
 * - `failed`: no money came; its user may try again;
 * - `paid`: the money is there;
 * - `refund_due`: it is there, and has to go back, since its seats are not to be had;
 * - `refunded`: it has gone back.
 */
const standings = ['open', 'failed', 'paid', 'refund_due', 'refunded'] as const;

export type PaymentStanding = (typeof standings)[number];

/** Money for one booking. Each attempt to pay for a booking has an id of its own. */
export interface Payment {
  readonly id: string;
  readonly eventId: string;
  readonly bookingId: string;
  /** Whose booking it is. */
  readonly userId: string;
  readonly standing: PaymentStanding;
}

/** What is heard of a payment: from its provider, or `refund_due` from `settlementOf`. */
export interface PaymentNews {
  readonly paymentId: string;
  readonly is: Exclude<PaymentStanding, 'open'>;
}

const kindOfStanding = oneOf(standings);
const paymentKinds: Kinds<Payment> = {
  id: name,
  eventId: name,
  bookingId: name,
  userId: name,
  standing: kindOfStanding,
};
const newsKinds: Kinds<PaymentNews> = { paymentId: name, is: oneOf(standings.slice(1)) };

/** @throws InvalidInput where a field is not what its type says. */
export function checkPayment(payment: Payment): void {
  check('payment', payment, object);
  checkFields('payment', payment, paymentKinds);
}

/**
 * The payment after news of it. News moves its standing only forward, in the order of `PaymentStanding`.
 * So news that comes late, twice or out of order leads to the same standing. News of another payment
 * changes nothing.
 *
 * @throws InvalidInput where a field is not what its type says, such as a word of the provider's own.
 * @example
 * paymentAfter({ ...payment, standing: 'refunded' }, { paymentId: payment.id, is: 'paid' }).standing
 * // 'refunded': the money came, and has gone back since
 */
export function paymentAfter(payment: Payment, news: PaymentNews): Payment {
  checkPayment(payment);
  check('news', news, object);
  checkFields('news', news, newsKinds);
  const isMore = standings.indexOf(news.is) > standings.indexOf(payment.standing);
  return isMore && news.paymentId === payment.id ? { ...payment, standing: news.is } : payment;
}
