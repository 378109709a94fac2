import { DatabaseUnavailable, openDatabase, ReadsOverloaded } from '@holdfast/data';
import { startTcpProxy } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { openFresh } from './fixture.ts';

const one = { poolSizeMax: 2, readCountMax: 1 };

test('reads beyond the bound are refused at once, and those within it wait their turn', async () => {
  const { database } = await openFresh({ ...one, readQueueLengthMax: 2 });
  const holder = await database.pool.connect();
  const order: number[] = [];
  const waiting = [1, 2].map(async (place) => {
    await database.pool.query('select 1');
    order.push(place);
  });
  await expect(database.pool.query('select 1')).rejects.toBeInstanceOf(ReadsOverloaded);
  await expect(database.pool.connect()).rejects.toBeInstanceOf(ReadsOverloaded);
  expect(order).toEqual([]);
  holder.release();
  await Promise.all(waiting);
  expect(order).toEqual([1, 2]);
  await database.close();
});

test('a read that waits too long is refused as overload, and the database is not blamed', async () => {
  const { database } = await openFresh({ ...one, connectTimeoutMs: 100 });
  const holder = await database.pool.connect();
  const late = Array.from({ length: 5 }, () => database.pool.query('select 1'));
  for (const answer of await Promise.allSettled(late)) {
    expect(answer).toMatchObject({ status: 'rejected', reason: { name: 'ReadsOverloaded' } });
  }
  holder.release();
  await database.pool.query('select 1');
  await database.close();
});

test('a connection that cannot be made, or is lost, gives its turn back', async () => {
  const { database: fresh, url } = await openFresh();
  await fresh.close();
  await using proxy = await startTcpProxy(url);
  const database = await openDatabase({ ...one, url: proxy.url, connectTimeoutMs: 500 });
  proxy.cut();
  for (let round = 0; round < 3; round += 1) {
    await expect(database.ping()).rejects.toBeInstanceOf(DatabaseUnavailable);
    await expect(database.pool.query('select 1')).rejects.not.toBeInstanceOf(ReadsOverloaded);
  }
  proxy.restore();
  const broken = database.pool.query('select pg_sleep(10)');
  setTimeout(() => proxy.cut(), 100);
  await expect(broken).rejects.not.toBeInstanceOf(ReadsOverloaded);
  proxy.restore();
  await Promise.all(Array.from({ length: 5 }, () => database.pool.query('select 1')));
  await database.close();
});
