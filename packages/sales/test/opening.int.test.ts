import { openSales, sqlFor, TablesUnfit, type SalesTables } from '@holdfast/sales';
import { freshDatabase } from '@holdfast/testing';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shop, shopTables } from './shop.ts';

let pool: Pool;
beforeAll(async () => {
  pool = new Pool({ connectionString: await freshDatabase(), max: 2 });
  await pool.query(shopTables);
});
afterAll(async () => {
  await pool.end();
});

/** Why these sales are not opened, of tables that were changed so. Nothing of the change stays. */
async function lacksOf(tables: SalesTables, change = ''): Promise<readonly string[]> {
  const one = new Pool({ ...pool.options, max: 1 });
  try {
    await one.query(`begin;${sqlFor(shop)};${change}`);
    const error = await openSales({ pool: one, ...tables }).catch((thrown: unknown) => thrown);
    if (!(error instanceof TablesUnfit)) return [error instanceof Error ? error.message : 'opened'];
    return error.lacks.map(({ field, complaint, fix }) => `${field}: ${complaint} ${fix}`);
  } finally {
    await one.end();
  }
}

const { item, claim, policy } = shop;
const { user: _user, ...withoutUsers } = claim;

describe('sales are opened', () => {
  test('of tables that have what sqlFor prints', async () => {
    expect(await lacksOf(shop)).toEqual(['opened']);
  });

  test.each([
    '0 <= stock_quantity',
    'stock_quantity > -1',
    'stock_quantity between 0 and 1000',
    'reserved_quantity < 100 and not stock_quantity < 0',
  ])('of tables that say it in their own words: %s', async (check) => {
    const change = `alter table shop.products drop constraint products_stock_quantity_check, add check (${check})`;
    expect(await lacksOf(shop, change)).toEqual(['opened']);
  });

  test('of tables whose names have to be quoted, and whose index has its columns in another order', async () => {
    const odd = { ...shop, item: { ...item, available: 'Stock Quantity', held: 'order' } };
    const change = `
      alter table shop.products drop constraint products_stock_quantity_check;
      alter table shop.products rename stock_quantity to "Stock Quantity";
      alter table shop.products rename reserved_quantity to "order";
      alter table shop.products add check ("Stock Quantity" >= 0);
      drop index shop."order_product_id_Customer Id_ordinal_idx";
      create unique index on shop."order" ("Customer Id", ordinal, product_id) where state in ('paid', 'in_cart')`;
    expect(await lacksOf(odd, change)).toEqual(['opened']);
  });

  test('and refused before, with every statement that is missing', async () => {
    const error: unknown = await openSales({ pool, ...shop }).catch((thrown: unknown) => thrown);
    const fixes = error instanceof TablesUnfit ? error.lacks.map(({ fix }) => fix) : [];
    // The index on lapses is for speed alone, and both ids have a key already.
    const asked = sqlFor(shop).split('\n').slice(0, -1);
    expect(fixes).toEqual(asked.filter((sql) => !/unique index on \S+ \("id"\)/.test(sql)));
  });
});

describe('sales are refused, with the fix, of', () => {
  test.each<[string, SalesTables, string, string]>([
    [
      'a table that is not there',
      { ...shop, item: { ...item, table: 'shop.goods' } },
      '',
      'item.table: There is no table shop.goods. Create it, or name another.',
    ],
    [
      'a column that is not there',
      { ...shop, item: { ...item, available: 'stock' } },
      '',
      'item.available: shop.products has no column "stock". Name one of its columns: id, name, stock_quantity, reserved_quantity, version.',
    ],
    [
      'a version column that is not there',
      shop,
      'alter table shop.products drop column version',
      'item.version: shop.products has no column "version". alter table "shop"."products" add column "version" integer not null default 1;',
    ],
    [
      'a table without the CHECK',
      shop,
      'alter table shop.products drop constraint products_stock_quantity_check',
      'item.available: shop.products has no validated CHECK that "stock_quantity" is at least 0. alter table "shop"."products" add check ("stock_quantity" >= 0);',
    ],
    [
      'a CHECK that PostgreSQL does not enforce for the rows that are there',
      shop,
      'alter table shop.products drop constraint products_stock_quantity_check, add check (stock_quantity >= 0) not valid',
      'item.available: shop.products has no validated CHECK that "stock_quantity" is at least 0. alter table "shop"."products" add check ("stock_quantity" >= 0);',
    ],
    [
      'a CHECK that allows more',
      shop,
      'alter table shop.products drop constraint products_stock_quantity_check, add check (stock_quantity >= 0 or reserved_quantity = 7)',
      'item.available: shop.products has no validated CHECK that "stock_quantity" is at least 0. alter table "shop"."products" add check ("stock_quantity" >= 0);',
    ],
    [
      'a key that others share',
      shop,
      'alter table shop."order" drop constraint order_pkey; drop index shop.order_id_idx',
      'claim.id: shop.order has no primary key and no unique index over "id" alone, so two rows may have one id. create unique index on "shop"."order" ("id");',
    ],
    [
      'an index over other statuses',
      shop,
      `drop index shop."order_product_id_Customer Id_ordinal_idx"; create unique index on shop."order" (product_id, "Customer Id", ordinal) where state = 'paid'`,
      `claim.ordinal: shop.order has no unique index that bounds the active claims of a user. create unique index on "shop"."order" ("product_id", "Customer Id", "ordinal") where "state" in ('in_cart', 'paid');`,
    ],
    [
      'a counter that is no whole number',
      shop,
      'alter table shop.products alter column version type numeric',
      'item.version: shop.products."version" is of type numeric. Make it one of these types: smallint, integer, bigint.',
    ],
    [
      'a counter that may be null',
      shop,
      'alter table shop.products alter column stock_quantity drop not null',
      'item.available: shop.products."stock_quantity" may be null, which is no number. alter table "shop"."products" alter column "stock_quantity" set not null;',
    ],
    [
      'ids of another type',
      shop,
      'alter table shop."order" alter column product_id type integer',
      'claim.item: shop.order."product_id" is of type integer, and shop.products."id" of type bigint. Make both of type bigint.',
    ],
    [
      'ids of a type that is none',
      { ...shop, claim: { ...claim, user: 'gift' } },
      '',
      'claim.user: shop.order."gift" is of type boolean. Make it one of these types: smallint, integer, bigint, uuid, text, character varying.',
    ],
    [
      'an end without a time zone',
      shop,
      'alter table shop."order" alter column reserved_until type timestamp',
      'claim.expiresAt: shop.order."reserved_until" is of type timestamp without time zone. Make it one of these types: timestamp with time zone.',
    ],
    [
      'a word that the enum does not have',
      { ...shop, claim: { ...claim, status: { ...claim.status, cancelled: 'gone' } } },
      '',
      'claim.status.cancelled: The enum of "state" has no word "gone". Give one of its words: in_cart, paid, cancelled, timed_out.',
    ],
    [
      'one word for two statuses',
      { ...shop, claim: { ...claim, status: { ...claim.status, cancelled: 'timed_out' } } },
      '',
      'claim.status: Two statuses have the same word: in_cart, paid, timed_out, timed_out. Give each a word of its own.',
    ],
    [
      'holds in part',
      { ...shop, policy: { quantityPerClaimMax: 5, activeClaimsPerUserMax: 1 } },
      '',
      'policy.holdDurationMs: It is not given, though item.held, claim.status.held, claim.status.expired, claim.expiresAt are. Holds need all five. Give policy.holdDurationMs, or leave out item.held, claim.status.held, claim.status.expired, claim.expiresAt: then there are no holds.',
    ],
    [
      'a policy that is none',
      { ...shop, policy: { ...policy, quantityPerClaimMax: 0 } },
      '',
      'policy.quantityPerClaimMax: 0 is not a whole number from 1 to 2000. Give one.',
    ],
    [
      'a limit of users where claims have none',
      { ...shop, claim: withoutUsers },
      '',
      'policy.activeClaimsPerUserMax: It is given, and claims have no users. Name claim.user, the column that says whose a claim is, or leave the limit out.',
    ],
    [
      'users without a limit',
      { ...shop, policy: { quantityPerClaimMax: 5, holdDurationMs: 600_000 } },
      '',
      'policy.activeClaimsPerUserMax: undefined is not a whole number from 1 to 2147483647. Give one.',
    ],
    [
      'a status without a word',
      { ...shop, claim: { ...claim, status: { ...claim.status, cancelled: [] } } },
      '',
      'claim.status.cancelled: It has no word. Give at least one, which is the one that is written.',
    ],
    [
      'one of several words that the enum does not have',
      { ...shop, claim: { ...claim, status: { ...claim.status, confirmed: ['paid', 'sent'] } } },
      '',
      'claim.status.confirmed: The enum of "state" has no word "sent". Give one of its words: in_cart, paid, cancelled, timed_out.',
    ],
  ])('%s', async (...[, tables, change, lack]) => {
    expect(await lacksOf(tables, change)).toContain(lack);
  });

  test('a row in a status that is not mapped', async () => {
    const text = `alter table shop."order" alter column state type text;
      insert into shop."order" (id, product_id, "Customer Id", quantity, state)
      values (gen_random_uuid(), 1, 'ann', 1, 'sent')`;
    // The index on ordinals compares the enum, so it goes with the type.
    const change = `drop index shop."order_product_id_Customer Id_ordinal_idx", shop.order_product_id_reserved_until_idx;
      ${text}; ${sqlFor(shop).split('\n').slice(-2).join('')}`;
    expect(await lacksOf(shop, change)).toEqual([
      'claim.status: shop.order has rows whose "state" is "sent", and no status is mapped to it. Map it, or keep what comes after a sale (sent, returned) in a column of its own.',
    ]);
  });
});

describe('ids and names', () => {
  test.each([
    ['integer', 'integer', 7, '7'],
    ['bigint', 'bigint', 9_007_199_254_740_993n, '9007199254740993'],
    [
      'uuid',
      'uuid',
      'AAAAAAAA-0000-4000-8000-00000000000A',
      'aaaaaaaa-0000-4000-8000-00000000000a',
    ],
    ['text', 'character varying', `it's "so", {\\}`, `it's "so", {\\}`],
  ])(
    'of %s, in tables whose names are hostile, are sold as any others',
    async (...[type, user, id, spelt]) => {
      const odd = {
        item: { table: 'holdfast_item', id: 'select', available: 'a"; drop', version: '$1' },
        claim: {
          table: 'holdfast_moved',
          id: ':id',
          item: 'from',
          user: 'user',
          quantity: 'Quantity',
          status: { column: 'where', confirmed: `it's sold`, cancelled: 'no\\w' },
        },
        policy: { quantityPerClaimMax: 5, activeClaimsPerUserMax: 1 },
      } satisfies SalesTables;
      const own = new Pool({ connectionString: await freshDatabase(), max: 2 });
      await own.query(
        `create table holdfast_item ("select" ${type} primary key, "a""; drop" int not null);
       create table holdfast_moved (":id" ${type} primary key, "from" ${type}, "user" ${user},
         "Quantity" smallint not null, "where" varchar(20));${sqlFor(odd)}`,
      );
      await own.query('insert into holdfast_item ("select", "a""; drop") values ($1, 3)', [
        String(id),
      ]);
      const sales = await openSales({ pool: own, ...odd });
      const named = { itemId: id, id, userId: id };
      const sold = { itemId: spelt, id: spelt, userId: spelt, quantity: 2, status: 'confirmed' };
      expect(await sales.book({ ...named, quantity: 2 })).toEqual(sold);
      expect(await sales.book({ ...named, quantity: 2 })).toEqual(sold);
      expect(await sales.cancel(named)).toEqual({ ...sold, status: 'cancelled' });
      const { rows } = await own.query('select * from holdfast_item');
      expect(rows).toEqual([{ select: spelt === '7' ? 7 : spelt, 'a"; drop': 3, $1: 3 }]);
      await own.end();
    },
  );
});
