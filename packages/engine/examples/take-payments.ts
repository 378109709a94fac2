// Takes money for holds, whose webhooks come late, twice and out of order: nobody pays for nothing, and
// nobody gets a seat unpaid. A test runs it as it stands: packages/engine/test/payments.int.test.ts.
import {
  type Payment,
  type PaymentNews,
  paymentAfter,
  paymentCommand,
  type PaymentStanding,
  settlementOf,
} from '@holdfast/domain';
import type { Holdfast } from '@holdfast/engine';
import type { Pool } from 'pg';

/** Yours, beside Holdfast's. A booking is bought by one payment, whoever pays for it twice. */
export const tables = `
create table payments (
  id text primary key, event_id uuid not null, booking_id uuid not null, user_id text not null,
  standing text not null
);
create table purchases (
  event_id uuid not null, booking_id uuid not null, payment_id text not null,
  primary key (event_id, booking_id)
);
`;

/** The provider's side of it. */
export interface Provider {
  /** Gives the money back. Repeated for the same payment, it has one effect. */
  refund(paymentId: string): Promise<void>;
}

/** The rules of this program: a test takes some out, to show that each is needed. */
export const rules = { paymentAfter, paymentCommand, settlementOf };

/** What the program works with. */
export interface Till {
  readonly holdfast: Pick<Holdfast, 'submit'>;
  readonly pool: Pool;
  readonly provider: Provider;
  readonly rules: typeof rules;
}

/** How often a payment is looked at again in one call, at most. */
const attemptCountMax = 10;

/** Before the provider is asked for money: so whatever it tells of the payment finds it here. */
export async function beginPayment(pool: Pool, payment: Omit<Payment, 'standing'>): Promise<void> {
  const { id, eventId, bookingId, userId } = payment;
  await pool.query(
    `insert into payments values ($1, $2, $3, $4, 'open') on conflict (id) do nothing`,
    [id, eventId, bookingId, userId],
  );
}

/**
 * A webhook. It is answered as received when this resolves. If it throws, as where the database is
 * away, the provider has to send it again, as providers do.
 */
export async function onWebhook(till: Till, news: PaymentNews): Promise<void> {
  await note(till, news);
  await settle(till, news.paymentId);
}

/**
 * Brings a payment and its booking together, whatever was done about it before. Call it, too, when a
 * user has cancelled a booking that was paid.
 */
export async function settle(till: Till, paymentId: string): Promise<void> {
  for (let attempt = 1; attempt <= attemptCountMax; attempt += 1) {
    if (await isSettled(till, await find(till.pool, paymentId))) return;
  }
  throw new Error(`Payment ${paymentId} could not be settled yet. Settle it again.`);
}

async function isSettled(till: Till, payment: Payment): Promise<boolean> {
  const settled = { payment, buyerId: await buyerOf(till.pool, payment) };
  const command = till.rules.paymentCommand(settled);
  const answer = command && (await till.holdfast.submit(payment.eventId, command));
  // More may be known of it by now. Then what was just done is settled anew.
  if ((await find(till.pool, payment.id)).standing !== payment.standing) return false;
  switch (till.rules.settlementOf(settled, answer)) {
    case 'nothing':
    case 'keep':
      return true;
    case 'decline':
      await note(till, { paymentId: payment.id, is: 'refund_due' });
      return false;
    case 'give_back':
      await till.provider.refund(payment.id);
      return true;
    case 'repeat':
      return false;
    case 'call_organizer':
      throw new Error(
        `Payment ${payment.id} went back, and its seats are sold: tell the organizer.`,
      );
  }
}

/** Writes down what is known of a payment. Nobody else's news are lost meanwhile. */
async function note({ pool, rules: { paymentAfter: after } }: Till, news: PaymentNews) {
  for (let attempt = 1; attempt <= attemptCountMax; attempt += 1) {
    const seen = await find(pool, news.paymentId);
    const { rowCount } = await pool.query(
      'update payments set standing = $3 where id = $1 and standing = $2',
      [seen.id, seen.standing, after(seen, news).standing],
    );
    if (rowCount === 1) return;
  }
  throw new Error(`Too much is told of payment ${news.paymentId} at once. Send it again.`);
}

/** The payment that buys this booking: the first that was paid, and never another one. */
async function buyerOf(pool: Pool, payment: Payment): Promise<string | null> {
  const { id, eventId, bookingId } = payment;
  if (payment.standing === 'paid') {
    await pool.query('insert into purchases values ($1, $2, $3) on conflict do nothing', [
      eventId,
      bookingId,
      id,
    ]);
  }
  const { rows } = await pool.query<{ payment_id: string }>(
    'select payment_id from purchases where event_id = $1 and booking_id = $2',
    [eventId, bookingId],
  );
  return rows[0]?.payment_id ?? null;
}

interface PaymentRow {
  readonly event_id: string;
  readonly booking_id: string;
  readonly user_id: string;
  readonly standing: PaymentStanding;
}

async function find(pool: Pool, id: string): Promise<Payment> {
  const { rows } = await pool.query<PaymentRow>('select * from payments where id = $1', [id]);
  const [row] = rows;
  if (row === undefined)
    throw new Error(`There is no payment ${id}. Begin it before it is asked for.`);
  const { event_id: eventId, booking_id: bookingId, user_id: userId, standing } = row;
  return { id, eventId, bookingId, userId, standing };
}
