import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { audit, commit, type Database, listBookingsOfEvent, openDatabase } from '@holdfast/data';
import { type PaymentNews, settlementOf } from '@holdfast/domain';
import { openHoldfast, type Holdfast } from '@holdfast/engine';
import { freshTables } from '@holdfast/fixtures';
import { randomFrom } from '@holdfast/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  beginPayment,
  onWebhook,
  rules,
  settle,
  tables,
  type Till,
} from '../examples/take-payments.ts';
import { sellEvent } from './engine-for-test.ts';

let database: Database;
let holdfast: Holdfast;
beforeAll(async () => {
  const databaseUrl = await freshTables();
  database = await openDatabase({ url: databaseUrl });
  await database.pool.query(tables);
  holdfast = await openHoldfast({ databaseUrl });
});
afterAll(async () => {
  await holdfast.close();
  await database.close();
});

const seed = Number(process.env['HOLDFAST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
console.info(`payments: seed ${seed} (repeat with HOLDFAST_SEED=${seed})`);

/** A provider, and what its own books say. */
class FakeProvider {
  readonly captured = new Set<string>();
  readonly refunded = new Set<string>();

  async refund(paymentId: string): Promise<void> {
    this.refunded.add(paymentId);
  }

  /** Whose money is with the seller. */
  get kept(): readonly string[] {
    return [...this.captured].filter((id) => !this.refunded.has(id));
  }
}

interface Shop {
  readonly eventId: string;
  readonly provider: FakeProvider;
  readonly till: Till;
}

async function openShop(total: number, changed: Partial<Till['rules']> = {}): Promise<Shop> {
  const eventId = await sellEvent(database, total, { holdDurationMs: 60_000 });
  const provider = new FakeProvider();
  const till = { holdfast, pool: database.pool, provider, rules: { ...rules, ...changed } };
  return { eventId, provider, till };
}

/** Money without a seat, and seats without money, by the books of both sides. */
async function harmIn({ eventId, provider }: Shop) {
  const { items } = await listBookingsOfEvent(database, { eventId, after: null, limit: 1_000 });
  const sold = new Set(items.filter(({ status }) => status === 'confirmed').map(({ id }) => id));
  const { rows } = await database.pool.query<{ id: string; booking_id: string }>(
    'select id, booking_id from payments where event_id = $1',
    [eventId],
  );
  const bookingOf = new Map(rows.map(({ id, booking_id: bookingId }) => [id, bookingId]));
  const paid = provider.kept.map((id) => bookingOf.get(id) ?? '');
  return {
    paidForNothing: paid.filter((id) => !sold.has(id)).length,
    paidTwice: paid.length - new Set(paid).size,
    unpaid: [...sold].filter((id) => !paid.includes(id)).length,
  };
}

const noHarm = { paidForNothing: 0, paidTwice: 0, unpaid: 0 };

/** A hold of a user, and payments for it that are begun. */
async function holdOf({ eventId, till }: Shop, userId: string, paymentCount = 1) {
  const bookingId = randomUUID();
  await holdfast.submit(eventId, { type: 'reserve', bookingId, userId, quantity: 1 });
  const ids = Array.from({ length: paymentCount }, () => randomUUID());
  for (const id of ids) await beginPayment(till.pool, { id, eventId, bookingId, userId });
  return { bookingId, userId, paymentId: ids[0] ?? '', paymentIds: ids };
}

/** Lets the holds of an event lapse, and sweeps them, or leaves that to others. */
async function lapseHolds(eventId: string, isSwept: boolean): Promise<void> {
  await database.pool.query(
    `update bookings set expires_at = now() - interval '1 millisecond'
     where event_id = $1 and status = 'held'`,
    [eventId],
  );
  if (isSwept) await commit(database, eventId, [{ type: 'expire', bookingCountMax: 1_000 }]);
}

/** Somebody's money came, and the seat went to others meanwhile. */
async function payTooLate(shop: Shop): Promise<void> {
  const { paymentId } = await holdOf(shop, 'ann');
  await lapseHolds(shop.eventId, true);
  const other = await holdOf(shop, 'bob');
  shop.provider.captured.add(other.paymentId);
  await onWebhook(shop.till, { paymentId: other.paymentId, is: 'paid' });
  shop.provider.captured.add(paymentId);
  await onWebhook(shop.till, { paymentId, is: 'paid' });
}

/** The provider has taken money and given it back, and tells of it in the wrong order. */
async function tellBackwards(shop: Shop): Promise<void> {
  const { paymentId } = await holdOf(shop, 'ann');
  shop.provider.captured.add(paymentId);
  shop.provider.refunded.add(paymentId);
  await onWebhook(shop.till, { paymentId, is: 'refunded' });
  await onWebhook(shop.till, { paymentId, is: 'paid' });
}

/** Money that came for seats that were gone; then they come back, and the webhook comes again. */
async function repeatWhenFreeAgain(shop: Shop): Promise<void> {
  const { paymentId } = await holdOf(shop, 'ann');
  await lapseHolds(shop.eventId, true);
  const other = await holdOf(shop, 'bob');
  shop.provider.captured.add(paymentId);
  await onWebhook(shop.till, { paymentId, is: 'paid' });
  await holdfast.submit(shop.eventId, { ...other, type: 'cancel' });
  await onWebhook(shop.till, { paymentId, is: 'paid' });
}

/** One booking is paid for in two windows of a browser. */
async function payTwice(shop: Shop): Promise<void> {
  const { paymentIds } = await holdOf(shop, 'ann', 2);
  for (const paymentId of paymentIds) shop.provider.captured.add(paymentId);
  await Promise.all(paymentIds.map((paymentId) => onWebhook(shop.till, { paymentId, is: 'paid' })));
}

/** A user gives back what they have paid for. */
async function cancelAfterwards(shop: Shop): Promise<void> {
  const { paymentId, ...booking } = await holdOf(shop, 'ann');
  shop.provider.captured.add(paymentId);
  await onWebhook(shop.till, { paymentId, is: 'paid' });
  await holdfast.submit(shop.eventId, { ...booking, type: 'cancel' });
  await settle(shop.till, paymentId);
}

describe('nobody pays for nothing, and nobody gets a seat unpaid', () => {
  test.each([
    ['the money comes when the seat is gone', payTooLate],
    ['a refund is told of before the payment', tellBackwards],
    ['a refused payment is told of again when the seat is free', repeatWhenFreeAgain],
    ['a booking is paid for twice at once', payTwice],
    ['a booking that was paid is given back', cancelAfterwards],
  ])('where %s', async (_, story) => {
    const shop = await openShop(1);
    await story(shop);
    expect(await harmIn(shop)).toEqual(noHarm);
  });

  test.each([false, true])(
    'a late payment buys its seat where that is free, swept: %s',
    async (isSwept) => {
      const shop = await openShop(1);
      const { paymentId } = await holdOf(shop, 'ann');
      await lapseHolds(shop.eventId, isSwept);
      shop.provider.captured.add(paymentId);
      for (let webhook = 1; webhook <= 2; webhook += 1) {
        await onWebhook(shop.till, { paymentId, is: 'paid' });
      }
      expect(shop.provider.kept).toEqual([paymentId]);
      expect(await harmIn(shop)).toEqual(noHarm);
    },
  );
});

describe('each rule is needed', () => {
  const keepsAll = { settlementOf: () => 'keep' as const };
  const believesTheLast: Partial<Till['rules']> = {
    paymentAfter: (payment, { is }) => ({ ...payment, standing: is }),
  };
  const givesBackAtOnce: Partial<Till['rules']> = {
    settlementOf: (settled, answer) => {
      const settlement = settlementOf(settled, answer);
      return settlement === 'decline' ? 'give_back' : settlement;
    },
  };
  const asksNoBuyer: Partial<Till['rules']> = {
    paymentCommand: (settled) => rules.paymentCommand({ ...settled, buyerId: settled.payment.id }),
  };

  test.each([
    {
      without: 'money is kept whatever the answer',
      changed: keepsAll,
      story: payTooLate,
      harm: { paidForNothing: 1 },
    },
    {
      without: 'the last news count, not the most',
      changed: believesTheLast,
      story: tellBackwards,
      harm: { unpaid: 1 },
    },
    {
      without: 'money goes back undeclared',
      changed: givesBackAtOnce,
      story: repeatWhenFreeAgain,
      harm: { unpaid: 1 },
    },
    {
      without: 'every payment buys',
      changed: asksNoBuyer,
      story: payTwice,
      harm: { paidTwice: 1 },
    },
  ])('where $without, it goes wrong', async ({ changed, story, harm }) => {
    const shop = await openShop(1, changed);
    await story(shop);
    expect(await harmIn(shop)).toEqual({ ...noHarm, ...harm });
  });
});

/** What the provider tells of a payment: late, twice, and in any order. */
function webhooksOf(paymentId: string, provider: FakeProvider, random: () => number) {
  const fate = random();
  const told: PaymentNews['is'][] = fate < 0.2 ? ['failed'] : ['failed', 'paid'];
  if (fate >= 0.2) provider.captured.add(paymentId);
  if (fate > 0.85) told.push('refunded');
  if (fate > 0.85) provider.refunded.add(paymentId);
  return [...told, ...told].map((is) => ({ news: { paymentId, is }, afterMs: random() * 400 }));
}

const attemptCountMax = 20;

/** Sends a webhook until it is taken. Some handlers die when their work is half done. */
async function deliver(till: Till, news: PaymentNews, random: () => number): Promise<void> {
  const dying: Till['holdfast'] = {
    submit: async (...call) => {
      const outcome = await holdfast.submit(...call);
      if (random() < 0.2) throw new Error('The handler has died.');
      return outcome;
    },
  };
  for (let attempt = 1; attempt <= attemptCountMax; attempt += 1) {
    try {
      return await onWebhook({ ...till, holdfast: dying }, news);
    } catch {
      await pause(random() * 20);
    }
  }
  throw new Error('A webhook was never taken.');
}

test('in a storm of late, doubled and crossed webhooks, the books of both sides agree', async () => {
  const random = randomFrom(seed);
  const shop = await openShop(25);
  const buyers = await Promise.all(
    Array.from({ length: 25 }, (_, index) => holdOf(shop, `early ${index}`, 1 + (index % 2))),
  );
  await lapseHolds(shop.eventId, random() < 0.5);
  const paymentIds = buyers.flatMap((buyer) => buyer.paymentIds);
  const webhooks = paymentIds.flatMap((id) => webhooksOf(id, shop.provider, random));
  const rivals = Array.from({ length: 20 }, async (_, index) => {
    await pause(random() * 400);
    const rival = await holdOf(shop, `late ${index}`);
    shop.provider.captured.add(rival.paymentId);
    await deliver(shop.till, { paymentId: rival.paymentId, is: 'paid' }, random);
  });
  await Promise.all([
    ...rivals,
    ...webhooks.map(async ({ news, afterMs }) => {
      await pause(afterMs);
      await deliver(shop.till, news, random);
    }),
  ]);
  expect(await harmIn(shop)).toEqual(noHarm);
  expect(shop.provider.kept.length).toBeGreaterThan(0);
  const { violationCount } = await audit(database, { eventId: shop.eventId });
  expect(violationCount).toBe(0);
});
