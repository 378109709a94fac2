import type { Database } from '@holdfast/data';
import { onOneServer } from '@holdfast/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { invariants } from '../src/audit/invariants.ts';
import { highestId, lowestId } from '../src/read/page.ts';
import { openFresh } from './fixture.ts';

/** Each of two lines. */
const orderCount = 500;

let database: Database;
onOneServer('each node plans by itself, and what it plans is not told', () => {
  beforeAll(async () => {
    ({ database } = await openFresh());
    // As after a rush: many orders over two of a hundred events, and nobody has analysed the tables yet.
    await database.pool.query(`
    alter table orders set (autovacuum_enabled = off);
    alter table ledger set (autovacuum_enabled = off);
    insert into orders (id, user_id, event_ids, seat_counts, created_at)
      select md5('order ' || n)::uuid, 'user ' || n,
        array[md5('event ' || n % 100)::uuid, md5('event ' || (n + 1) % 100)::uuid], '{1,1}', now()
      from generate_series(1, ${orderCount}) n;
    insert into ledger (event_id, version, position, type, at, booking_id, user_id, ordinal, quantity)
      select line, n, 1, 'booking_confirmed', created_at, id, user_id, 1, 1
      from (select *, row_number() over () + 1 as n from orders) o cross join lateral unnest(event_ids) line;`);
  });
  afterAll(() => database.close());

  /** How many pairs of rows a plan compares in vain, for all events between two ids. */
  async function comparedInVain(sql: string): Promise<number> {
    const bounded = sql
      .replaceAll('$1', 'null')
      .replaceAll('$2', `'${lowestId}'`)
      .replaceAll('$3', `'${highestId}'`);
    const { rows } = await database.pool.query<{ 'QUERY PLAN': string }>(
      `explain (analyze, timing off) ${bounded}`,
    );
    const text = rows.map((row) => row['QUERY PLAN']).join('\n');
    const removed = text.matchAll(/Rows Removed by Join Filter: (\d+)/g);
    return Array.from(removed).reduce((sum, [, count]) => sum + Number(count), 0);
  }

  /** I9 as it was: each line of an order looks for its row of the ledger. */
  const lineByLine = `
  select o.id, line.event_id
  from (select * from orders where event_ids[1] > $2 and event_ids[1] <= $3) o
  cross join lateral unnest(o.event_ids, o.seat_counts) as line (event_id, quantity)
  where not exists (
    select from ledger l
    where l.event_id = line.event_id and l.booking_id = o.id and l.user_id = o.user_id
      and l.quantity = line.quantity and l.at = o.created_at and l.from_status is null
      and l.type in ('booking_held', 'booking_confirmed')
  )`;

  test('I9 compares no order with each row of a ledger that was never analysed', async () => {
    const orders = invariants.find(({ id }) => id === 'I9')?.sql ?? '';
    expect(await comparedInVain(orders)).toBeLessThan(10 * orderCount);
    expect(await comparedInVain(lineByLine)).toBeGreaterThan(orderCount * orderCount);
  });
});
