import {
  InvalidInput,
  type Payment,
  paymentAfter,
  paymentCommand,
  type PaymentNews,
  type PaymentStanding,
  settlementOf,
} from '@holdfast/domain';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const seed = Number(process.env['HOLDFAST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
console.info(`payments: seed ${seed} (repeat with HOLDFAST_SEED=${seed})`);

function paymentOf(standing: PaymentStanding): Payment {
  return { id: 'p1', eventId: 'event', bookingId: 'b1', userId: 'ann', standing };
}
const newsOf = (is: PaymentNews['is']): PaymentNews => ({ paymentId: 'p1', is });
const standingAfter = (news: readonly PaymentNews['is'][]) =>
  news.map(newsOf).reduce(paymentAfter, paymentOf('open')).standing;

describe('news of a payment', () => {
  test('lead to the same standing in every order, however often each comes', () => {
    const is = fc.constantFrom('failed', 'paid', 'refund_due', 'refunded');
    const shuffled = fc
      .array(is, { minLength: 1, maxLength: 6 })
      .chain((told) =>
        fc.tuple(
          fc.constant(told),
          fc.shuffledSubarray([...told, ...told], { minLength: told.length * 2 }),
        ),
      );
    fc.assert(
      fc.property(shuffled, ([told, again]) => {
        expect(standingAfter(again)).toBe(standingAfter(told));
      }),
      { seed, numRuns: 2_000 },
    );
  });

  test('of a failure after the money came, or of money that has gone back, change nothing', () => {
    expect(standingAfter(['paid', 'failed'])).toBe('paid');
    expect(standingAfter(['failed', 'paid'])).toBe('paid');
    expect(standingAfter(['refunded', 'paid'])).toBe('refunded');
  });

  test('of another payment change nothing, and words of a provider are named', () => {
    const open = paymentOf('open');
    expect(paymentAfter(open, { paymentId: 'p2', is: 'paid' })).toBe(open);
    const foreign = { paymentId: 'p1', is: 'succeeded' } as unknown as PaymentNews;
    expect(() => paymentAfter(open, foreign)).toThrow(InvalidInput);
    expect(() => paymentAfter(open, foreign)).toThrow('news.is');
  });
});

describe('what a payment means for its booking', () => {
  const follow = { bookingId: 'b1', userId: 'ann' };
  const confirm = { type: 'confirm', ...follow, ifLapsed: 'reacquire' };
  const cancel = { type: 'cancel', ...follow };

  test.each([
    ['open', null],
    ['failed', null],
    ['paid', confirm],
    ['refund_due', cancel],
    ['refunded', cancel],
  ] as const)('that is %s', (standing, command) => {
    const payment = paymentOf(standing);
    expect(paymentCommand({ payment, buyerId: 'p1' })).toEqual(command);
    expect(paymentCommand({ payment, buyerId: 'p2' })).toBeNull();
    expect(paymentCommand({ payment, buyerId: null })).toBeNull();
  });
});

describe('what is to be done about the money', () => {
  const lapsed = { status: 'refused', reason: 'hold_lapsed' } as const;
  const tooLate = { status: 'refused', reason: 'cancel_deadline_passed' } as const;
  const cancelled = { status: 'cancelled' } as const;

  test.each([
    ['open', null, 'nothing'],
    ['failed', null, 'nothing'],
    ['paid', { status: 'accepted' }, 'keep'],
    ['paid', { status: 'confirmed' }, 'keep'],
    ['paid', lapsed, 'decline'],
    ['paid', null, 'decline'],
    ['paid', { status: 'unknown' }, 'repeat'],
    ['refund_due', lapsed, 'give_back'],
    ['refund_due', cancelled, 'give_back'],
    ['refund_due', null, 'give_back'],
    ['refund_due', tooLate, 'call_organizer'],
    ['refund_due', { status: 'unknown' }, 'repeat'],
    ['refunded', cancelled, 'nothing'],
    ['refunded', lapsed, 'nothing'],
    ['refunded', null, 'nothing'],
    ['refunded', tooLate, 'call_organizer'],
  ] as const)('of one that is %s, where the answer is %j: %s', (standing, answer, settlement) => {
    const settled = { payment: paymentOf(standing), buyerId: 'p1' };
    expect(settlementOf(settled, answer)).toBe(settlement);
  });
});
