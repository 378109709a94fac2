import { untilSeen } from '@holdfast/testing';
import { describe, expect, test } from 'vitest';
import { slot, stock } from './sales.ts';
import { type Sale, storm, type Without } from './storm.ts';

const seed = Number(process.env['HOLDFAST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
console.info(`adaptations: seed ${seed} (repeat with HOLDFAST_SEED=${seed})`);

// The negative controls of adaptations.int.test.ts: whether callers meet is chance, so these are many storms.

/** Each guard of the write, and the harm that is seen without it. */
type Controls = readonly (readonly [guard: string, harm: string, without: Without])[];

const stockControls: Controls = [
  [
    'the stock minimum',
    'oversold',
    { guard: ['and stock_quantity >= $5', 'and $5::int is not null'] },
  ],
  ['the status seen', 'stock is off', { guard: ['and status = $4', 'and $4::text is not null'] }],
  ["the index on customers' ordinals", 'over_limit', { tables: dropIndex('orders', 'product_id') }],
  [
    'any key',
    'an order is there twice',
    {
      tables: `${dropIndex('orders', 'product_id')};alter table orders drop constraint orders_pkey`,
      callerCount: 40,
    },
  ],
];
const slotControls: Controls = [
  [
    'the capacity minimum',
    'oversold',
    { guard: ['and table_capacity >= $3', 'and $3::int is not null'] },
  ],
  ['the status seen', 'places are off', { guard: ['and status = $4', 'and $4::text is not null'] }],
  ["the index on guests' ordinals", 'over_limit', { tables: dropIndex('reservations', 'slot_id') }],
];

function dropIndex(table: string, first: string): string {
  const second = table === 'orders' ? 'customer_id' : 'guest_id';
  return `drop index ${table}_${first}_${second}_ordinal_idx`;
}

/** What storms without this guard do, until they do this: whether callers meet is chance. */
async function harmOf<Command>(sale: Sale<Command>, without: Without, seen: string) {
  const { harm } = await untilSeen(
    (round) => storm(sale, seed + round, without),
    (found) => found.harm.includes(seen),
  );
  return harm;
}

describe('200 callers who buy, fill carts, check out, cancel, repeat and contradict each other', () => {
  test.each(stockControls)('without %s: %s', async (_, seen, without) => {
    expect(await harmOf(stock, without, seen)).toContain(seen);
  });

  test.each(slotControls)('at tables without %s: %s', async (_, seen, without) => {
    expect(await harmOf(slot, without, seen)).toContain(seen);
  });
});
