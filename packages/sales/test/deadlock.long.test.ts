import { randomUUID } from 'node:crypto';
import type { Sales } from '@holdfast/sales';
import { randomFrom, untilSeen } from '@holdfast/testing';
import { Pool } from 'pg';
import { expect, test } from 'vitest';
import { harmTo, openShop, sell, stocked } from './shop.ts';
import { type TakenOut, takeOut } from './take-out.ts';

const seed = Number(process.env['HOLDFAST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
console.info(`sales: seed ${seed} (repeat with HOLDFAST_SEED=${seed})`);

const itemCount = 8;
const pieceCount = 250;
const callerCount = 20;

/** So many of each: orders of several lines, and claims of one item. */
const giveCount = 600;

test('600 random orders of several items, among claims of the same items, meet no deadlock', async () => {
  const { deadlockCount, harm, told } = await race(giveCount, null);
  expect(deadlockCount).toBe(0);
  expect(harm).toEqual([]);
  expect(told['failed'] ?? 0).toBe(0);
  expect(told['order confirmed']).toBeGreaterThan(100);
  expect(told['order refused']).toBeGreaterThan(100);
});

test('without the order of the locks they do, and do no harm', async () => {
  const randomly: TakenOut = [
    'order by "id" for no key update',
    'order by random() for no key update',
  ];
  const { deadlockCount, harm } = await untilSeen(
    () => race(giveCount / 6, randomly),
    (found) => found.deadlockCount > 0,
  );
  expect(deadlockCount).toBeGreaterThan(0);
  expect(harm).toEqual([]);
});

/** Two sales of one table, as two processes have them. */
async function race(count: number, without: TakenOut | null) {
  const { pool, url } = await openShop();
  const itemIds: number[] = [];
  while (itemIds.length < itemCount) itemIds.push(await stocked(pool, pieceCount));
  const random = randomFrom(seed);
  const told: Record<string, number> = {};
  const tell = (what: string) => (told[what] = (told[what] ?? 0) + 1);
  const shops = await Promise.all([0, 1].map(() => openOne(url, without)));
  const callers = Array.from({ length: callerCount }, async (_, caller) => {
    const { sales } = shops[caller % shops.length] ?? { sales: null };
    if (sales === null) return;
    for (let each = 0; each < count / callerCount; each += 1) {
      const ends = [
        sales.bookTogether(randomOrder(itemIds, random)).then(({ status }) => `order ${status}`),
        giveOne(sales, itemIds, random),
      ];
      const words = await Promise.all(ends.map((end) => end.catch(() => 'failed')));
      for (const word of words) tell(word);
    }
  });
  await Promise.all(callers);
  const deadlockCount = shops.reduce((sum, each) => sum + each.deadlocks.length, 0);
  for (const each of shops) await each.close();
  const harm = await Promise.all(itemIds.map((itemId) => harmTo(pool, itemId, pieceCount)));
  await pool.end();
  return { deadlockCount, harm: harm.flat(), told };
}

async function openOne(url: string, without: TakenOut | null) {
  const pool = new Pool({ connectionString: url, max: 4, options: '-c deadlock_timeout=10ms' });
  const deadlocks: unknown[] = [];
  countDeadlocks(pool, deadlocks);
  if (without !== null) takeOut(pool, without);
  const sales = await sell(pool, { limits: { groupSizeMax: 5 } });
  const close = async () => {
    await sales.close();
    await pool.end();
  };
  return { sales, deadlocks, close };
}

function countDeadlocks(pool: Pool, deadlocks: unknown[]): void {
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    const counted = (...args: unknown[]) => {
      const answer = query(...args);
      if (answer instanceof Promise) {
        answer.catch((error: unknown) => {
          if (String(error).includes('deadlock detected')) deadlocks.push(error);
        });
      }
      return answer;
    };
    Object.assign(client, { query: counted });
  });
}

const userOf = (random: () => number) => `user ${Math.floor(random() * 1_000)}`;

/** Two to five lines, of any items in any order, some of them twice. */
function randomOrder(itemIds: readonly number[], random: () => number) {
  const lines = Array.from({ length: 2 + Math.floor(random() * 4) }, () => ({
    itemId: itemIds[Math.floor(random() * itemIds.length)] ?? 0,
    id: randomUUID(),
    quantity: 1 + Math.floor(random() * 3),
  }));
  return { userId: userOf(random), lines };
}

async function giveOne(sales: Sales, itemIds: readonly number[], random: () => number) {
  const claim = {
    itemId: itemIds[Math.floor(random() * itemIds.length)] ?? 0,
    id: randomUUID(),
    userId: userOf(random),
    quantity: 1,
  };
  const { status } = await sales.book(claim);
  if (status === 'confirmed' && random() < 0.5) await sales.cancel(claim);
  return status;
}
