import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { auditWithin } from '../src/audit.ts';
import { brokenRules, guest, inHours, openAdler, openDatabase } from './adler.ts';

let pool: Pool;

beforeAll(async () => {
  ({ pool } = await openDatabase());
  const { restaurant } = await openAdler(pool);
  for (const hours of [24, 25]) await restaurant.book(guest('ann', 2, inHours(hours)));
  await restaurant.close();
  // What the audit looks for, these refuse: it has to see it all the same.
  await pool.query(`
    alter table restaurant.table_quarters drop constraint one_party_at_a_table;
    alter table restaurant.time_slots drop constraint time_slots_check1;
    drop index restaurant.reservations_slot_id_guest_id_ordinal_idx`);
});

afterAll(() => pool.end());

const corruptions = [
  ['no slot has more guests than may come', 'update restaurant.time_slots set guest_count_max = 1'],
  [
    'the counters of a slot are what its reservations say',
    'update restaurant.time_slots set table_capacity = table_capacity - 1',
  ],
  [
    'the counters of a slot are what its reservations say',
    'update restaurant.time_slots set held_capacity = 1',
  ],
  [
    'no two parties have a table at the same time',
    'update restaurant.reservations set table_id = (select min(table_id) from restaurant.reservations)',
  ],
  [
    'a table is kept for each quarter of a sitting, and for nothing else',
    'delete from restaurant.table_quarters where starts_at = (select max(starts_at) from restaurant.table_quarters)',
  ],
  [
    'a table is kept for each quarter of a sitting, and for nothing else',
    'update restaurant.table_quarters set reservation_id = gen_random_uuid()',
  ],
  ['no party is larger than its table', 'update restaurant.tables set seats = 1'],
  [
    'each party comes in its slot, and goes before closing',
    `update restaurant.reservations set sitting = tstzrange(lower(sitting), upper(sitting) + interval '9 days')`,
  ],
  [
    'each party comes in its slot, and goes before closing',
    `update restaurant.reservations set sitting = tstzrange(lower(sitting) + interval '15 minutes', upper(sitting))`,
  ],
  [
    'no guest has two reservations for one slot',
    'update restaurant.reservations set slot_id = (select min(slot_id) from restaurant.reservations)',
  ],
] as const;

test('rows that nobody has corrupted break no rule', async () => {
  expect(await brokenRules(pool)).toEqual([]);
});

test.each(corruptions)('the audit sees that %s is broken by: %s', async (rule, corruption) => {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query(corruption);
    const broken = (await auditWithin(client)).filter(({ count }) => count > 0);
    expect(broken.map((each) => each.rule)).toContain(rule);
  } finally {
    await client.query('rollback');
    client.release();
  }
});

test('the audit reads no index: one that has lost rows hides nothing from it', async () => {
  const client = await pool.connect();
  try {
    await client.query(`begin;
      insert into restaurant.tables (restaurant_id, name, seats)
        select min(id), n::text, 2 from restaurant.restaurants, generate_series(1, 5000) n group by n;
      analyze restaurant.tables`);
    const plan = async () => {
      const { rows } = await client.query('explain select from restaurant.tables where id = 1');
      return JSON.stringify(rows);
    };
    expect(await plan()).toContain('Index');
    await auditWithin(client);
    expect(await plan()).toContain('Seq Scan');
  } finally {
    await client.query('rollback');
    client.release();
  }
});
