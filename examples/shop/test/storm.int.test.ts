import { freshDatabase, randomFrom } from '@holdfast/testing';
import { Pool } from 'pg';
import { expect, test } from 'vitest';
import type { Told } from '../src/storm/customers.ts';
import { audit, migrate, storm } from '../src/storm/storm.ts';

const seed = Number(process.env['HOLDFAST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
console.info(`shop: seed ${seed} (repeat with HOLDFAST_SEED=${seed})`);

test('what customers were told is compared with what is there: orders in part, lost or foreign are seen', async () => {
  const url = await freshDatabase();
  await migrate(url);
  const told = await storm(url, { userMin: 0, userCount: 80, random: randomFrom(seed) });
  const brokenRules = async (remembered: readonly Told[]) =>
    (await audit(url, remembered)).filter(({ count }) => count > 0);
  expect(await brokenRules(told)).toEqual([]);

  const together = told.find(({ answer }) => answer.startsWith('confirmed, '));
  const pool = new Pool({ connectionString: url, max: 1 });
  const change = async (sql: string) => await pool.query(sql, [together?.id]);
  expect(together).toBeDefined();
  await change(`update shop.order_lines set state = 'cancelled'
    where id = (select id from shop.order_lines where order_id = $1 limit 1)`);
  const inPart = { rule: 'each order is as its customer was told, whole or not at all', count: 1 };
  const counter = { rule: 'what came is in stock, in carts or sold', count: 1 };
  expect(await brokenRules(told)).toMatchObject([counter, inPart]);
  await change('delete from shop.order_lines where order_id = $1');
  expect(await brokenRules(told)).toEqual(
    expect.arrayContaining([expect.objectContaining(inPart)]),
  );
  await pool.end();

  const forgotten = told.find(({ answer }) => answer === 'confirmed');
  const foreign = { rule: 'nobody has an order that they were not told of', count: 1 };
  const remembered = told.filter((each) => each !== forgotten);
  expect(await brokenRules(remembered)).toEqual(
    expect.arrayContaining([expect.objectContaining(foreign)]),
  );
});
