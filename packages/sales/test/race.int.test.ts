import { fork } from 'node:child_process';
import { once } from 'node:events';
import { startTcpProxy } from '@holdfast/testing';
import type { Pool } from 'pg';
import { expect, test } from 'vitest';
import type { Race } from './buyer.ts';
import { harmTo, openShop, stocked } from './shop.ts';

const seed = Number(process.env['HOLDFAST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
console.info(`sales: seed ${seed} (repeat with HOLDFAST_SEED=${seed})`);

const pieceCount = 60;

/** The server is so far away that each process writes while the other decides. */
const oneWayMs = 3;

/** The guard, the harm that is seen without it, and how it is taken out. */
const controls: readonly (readonly [string, string, Without])[] = [
  [
    'the least that must be available',
    'oversold',
    {
      text: ['>= $4::bigint', '>= $4::bigint - 1000'],
      tables: 'alter table shop.products drop constraint products_stock_quantity_check',
      isOnlyBooked: true,
    },
  ],
  [
    'the status that was seen',
    'stock is off',
    { text: ['::text = m.seen_status', '::text is not null'], idCount: 20 },
  ],
  [
    "the index on users' ordinals",
    'over limit',
    { tables: 'drop index shop."order_product_id_Customer Id_ordinal_idx"', customerCount: 4 },
  ],
  [
    'any key',
    'an order is there twice',
    {
      tables: `alter table shop."order" drop constraint order_pkey; drop index shop.order_id_idx;
        drop index shop."order_product_id_Customer Id_ordinal_idx"`,
      isOnlyBooked: true,
      isDoubled: true,
    },
  ],
];

interface Without {
  readonly text?: readonly [string, string];
  readonly tables?: string;
  readonly customerCount?: number;
  readonly idCount?: number;
  readonly isOnlyBooked?: boolean;
  readonly isDoubled?: boolean;
}

test('200 callers of each of two processes are sold no piece too many, none twice, none over their limit', async () => {
  const { harm, told } = await race({});
  expect(harm).toEqual([]);
  expect(told['failed'] ?? 0).toBe(0);
  expect(told['confirmed']).toBeGreaterThan(0);
  expect(told['refused']).toBeGreaterThan(0);
});

test.each(controls)('without %s: %s', async (_, seen, without) => {
  expect((await race(without)).harm).toContain(seen);
});

async function race(without: Without) {
  const { pool, url } = await openShop();
  await using proxy = await startTcpProxy(url);
  proxy.delay(oneWayMs);
  try {
    const itemId = await stocked(pool, pieceCount);
    const buyers = [1, 2].map((place) =>
      buyer({
        url: proxy.url,
        itemId,
        callerCount: 200,
        customerCount: without.customerCount ?? 100,
        // From one seed both processes give the same commands at the same time.
        seed: without.isDoubled === true ? seed : seed + place,
        idCount: without.idCount ?? 200,
        isOnlyBooked: without.isOnlyBooked ?? false,
        without: without.text ?? null,
      }),
    );
    await Promise.all(buyers.map(({ opened }) => opened));
    await takeOut(pool, without);
    const told = await Promise.all(buyers.map((each) => each.run()));
    return { harm: await harmTo(pool, itemId, pieceCount), told: sumOf(told) };
  } finally {
    await pool.end();
  }
}

/** After the sales were opened: they would refuse tables without it. */
async function takeOut(pool: Pool, { tables }: Without): Promise<void> {
  if (tables !== undefined) await pool.query(tables);
}

function sumOf(all: readonly Record<string, number>[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const [word, count] of all.flatMap((each) => Object.entries(each))) {
    sum[word] = (sum[word] ?? 0) + count;
  }
  return sum;
}

/** A process that has opened its sales, and begins when it is told. */
function buyer(given: Race) {
  const child = fork(new URL('buyer.ts', import.meta.url), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const opened = once(child, 'message');
  child.send(given);
  const run = async () => {
    const ended = once(child, 'message');
    child.send('go');
    const [told] = (await ended) as [Record<string, number>];
    return told;
  };
  return { opened, run };
}
