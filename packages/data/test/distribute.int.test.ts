import { randomUUID } from 'node:crypto';
import {
  CannotDistribute,
  type Database,
  distribute,
  findBooking,
  grantTo,
  isDistributed,
  listBookingsOfUser,
  migrate,
  openDatabase,
  readSchemaFaults,
} from '@holdfast/data';
import { freshDatabase, providedServices } from '@holdfast/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { eventOnSale, expectSound, give, reserveBy } from './fixture.ts';

const opened: Database[] = [];
afterEach(() => Promise.all(opened.splice(0).map((database) => database.close())));

async function openMigrated(): Promise<Database> {
  const database = await openDatabase({ url: await freshDatabase() });
  opened.push(database);
  await migrate(database);
  return database;
}

const hasCluster = providedServices().isDistributed;

describe.skipIf(hasCluster)('without Citus', () => {
  test('tables cannot be distributed: it says what is missing, and they stay as they are', async () => {
    const database = await openMigrated();
    await expect(distribute(database)).rejects.toThrow(CannotDistribute);
    await expect(distribute(database)).rejects.toThrow('create extension citus');
    expect(await readSchemaFaults(database)).toEqual([]);
  });
});

/** Run by `HOLDFAST_CITUS_URL=… pnpm vitest run packages/data` (docs/distributed.md). */
describe.runIf(hasCluster)('on a Citus cluster', () => {
  test('tables with rows are distributed, all of an event on one node, and nothing is lost', async () => {
    const database = await openMigrated();
    const eventIds: string[] = [];
    const bookingIds: string[] = [];
    for (let n = 0; n < 8; n += 1) {
      const eventId = await eventOnSale(database);
      const bookingId = randomUUID();
      await give(database, eventId, reserveBy('ann', { bookingId }));
      eventIds.push(eventId);
      bookingIds.push(bookingId);
    }
    const { distributed } = await distribute(database);
    expect(distributed).toEqual([
      'events',
      'bookings',
      'ledger',
      'outbox',
      'orders',
      'removals',
      'archive_parts',
    ]);
    const anew = await openDatabase(database.options);
    opened.push(anew);
    expect(await isDistributed(anew)).toBe(true);
    for (const [index, eventId] of eventIds.entries()) {
      const key = { eventId, bookingId: bookingIds[index] ?? '' };
      expect(await findBooking(anew, key)).toMatchObject({ status: 'held', userId: 'ann' });
    }
    const mine = await listBookingsOfUser(anew, { userId: 'ann', after: null, limit: 20 });
    expect(mine.items.map(({ id }) => id).toSorted()).toEqual(bookingIds.toSorted());
    await expectSound(anew);
    expect(await nodesOf(anew, eventIds)).toBeGreaterThan(1);
  });

  test('to distribute once more changes nothing, and the schema has no fault', async () => {
    const database = await openMigrated();
    await distribute(database);
    expect(await distribute(database)).toEqual({ distributed: [] });
    expect(await readSchemaFaults(database)).toEqual([]);
  });

  test('the ledger has no trigger: the role of api and worker can only add to it, and a right too many is a fault', async () => {
    const database = await openMigrated();
    await distribute(database);
    const role = { name: `app_${Date.now()}`, password: 'a long password of a test' };
    await grantTo(database, role);
    const url = new URL(database.options.url);
    [url.username, url.password] = [role.name, role.password];
    const asRole = await openDatabase({ url: url.href });
    opened.push(asRole);
    const eventId = await eventOnSale(asRole);
    expect(await give(asRole, eventId, reserveBy('ann'))).toMatchObject({ status: 'accepted' });
    for (const sql of ['update ledger set quantity = 9', 'delete from ledger', 'truncate ledger']) {
      await expect(asRole.pool.query(sql)).rejects.toThrow('permission denied');
    }
    await database.pool.query(`grant update on ledger to ${role.name}`);
    const faults = await readSchemaFaults(database);
    expect(faults).toMatchObject([{ kind: 'right', isGuard: true }]);
    for (const { fix } of faults) await database.pool.query(fix);
    expect(await readSchemaFaults(database)).toEqual([]);
    await database.pool.query(`drop owned by ${role.name}; drop role ${role.name}`);
  });
});

async function nodesOf({ pool }: Database, eventIds: readonly string[]): Promise<number> {
  const { rows } = await pool.query<{ nodes: number }>(
    `select count(distinct nodename || ':' || nodeport)::int as nodes
     from unnest($1::uuid[]) as event (id)
     join citus_shards s on s.shardid = get_shard_id_for_distribution_column('events', event.id)`,
    [eventIds],
  );
  return rows[0]?.nodes ?? 0;
}
