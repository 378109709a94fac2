import { untilSeen } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { type Change, race } from './race.ts';

// The negative controls of race.int.test.ts: whether the processes meet is chance, so these are many races.

const controls: readonly (readonly [guard: string, harm: string, without: Change])[] = [
  [
    'the least that must be available',
    'oversold',
    {
      text: ['>= $4::bigint', '>= $4::bigint - 1000'],
      tables: 'alter table shop.products drop constraint products_stock_quantity_check',
      pieceCount: 3,
      acts: ['book'],
      hasOwnIds: true,
      hasOwnCustomers: true,
    },
  ],
  [
    'the status that was seen',
    'stock is off',
    {
      text: ['end = $8::jsonb ->>', "end is distinct from $8::jsonb ->> 'no' ||"],
      pieceCount: 1_000,
      customerCount: 100,
      acts: ['cancel'],
      areHeld: true,
    },
  ],
  [
    "the index on users' ordinals",
    'over limit',
    {
      tables: 'drop index shop."order_product_id_Customer Id_ordinal_idx"',
      pieceCount: 1_000,
      customerCount: 2,
      acts: ['book'],
      hasOwnIds: true,
    },
  ],
  [
    'any key',
    'an order is there twice',
    {
      tables: `alter table shop."order" drop constraint order_pkey; drop index shop.order_id_idx;
        drop index shop."order_product_id_Customer Id_ordinal_idx"`,
      acts: ['book'],
    },
  ],
];

test.each(controls)('with every guard no harm, and without %s: %s', async (_, seen, without) => {
  const { text: _text, tables: _tables, ...guarded } = without;
  expect((await race(guarded)).harm).toEqual([]);
  const { harm } = await untilSeen(
    () => race(without),
    (found) => found.harm.includes(seen),
  );
  expect(harm).toContain(seen);
});
