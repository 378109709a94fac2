import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { migrate, openDatabase, ReadsOverloaded } from '@holdfast/data';
import { type OwnServer, startOwnPostgres } from '@holdfast/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApi, type TestApi } from './api.ts';
import { httpFault } from './http.ts';
import { mountSmallDisk, type SmallDisk } from './small-disk.ts';

let disk: SmallDisk | null;
let postgres: OwnServer;
let api: TestApi;

beforeAll(async () => {
  disk = await mountSmallDisk({ megabytes: 160 });
  if (disk === null) console.warn('Not tested: a full disk. It takes root to mount a small one.');
  postgres = await startOwnPostgres(disk?.path);
  const database = await openDatabase({ url: postgres.url });
  await migrate(database);
  await database.close();
  api = await startApi({ env: { DATABASE_URL: postgres.url, DATABASE_POOL_SIZE: '4' } });
});

afterAll(async () => {
  await api.stop();
  await postgres[Symbol.asyncDispose]();
  await disk?.[Symbol.asyncDispose]();
});

const ready = () => fetch(`${api.url}/trpc/health.ready`);
const isReady = () => expect.poll(async () => (await ready()).status).toBe(200);
const isAway = () => expect.poll(async () => (await ready()).status).toBe(503);

/** Lines about the database's going and coming back, since the last time. */
function outageLines(): readonly string[] {
  const lines = api.logged().filter(({ msg }) => String(msg).startsWith('The database'));
  return lines.slice(seenCount).map(({ msg, err }) => `${msg} ${JSON.stringify(err ?? '')}`);
}
let seenCount = 0;
const forgetLines = () => void (seenCount += outageLines().length);

async function setReadOnly(isReadOnly: boolean): Promise<void> {
  const { commitPool } = api.database;
  const client = await commitPool.connect();
  const value = isReadOnly ? 'on' : 'off';
  await client.query(`alter system set default_transaction_read_only = ${value}`);
  await client.query('select pg_reload_conf()');
  client.release();
}

describe('a database that answers and takes no commit', () => {
  test('because it is read-only: not ready, its cause in the log once, and ready afterwards', async () => {
    await isReady();
    forgetLines();
    await setReadOnly(true);
    await isAway();
    expect(await httpFault(ready())).toMatchObject({ fault: 'database_unavailable' });
    const reads = await api.database.pool.query('select 1 as one');
    expect(reads.rows).toEqual([{ one: 1 }]);
    await setReadOnly(false);
    await isReady();
    await expect.poll(() => outageLines().length).toBe(2);
    expect(outageLines()[0]).toContain('PostgreSQL is read-only');
    expect(outageLines()[1]).toContain('works again');
    forgetLines();
  });

  test('because its disk is full: the same', async ({ skip }) => {
    if (disk === null) return skip('it takes root to mount a small disk');
    await isReady();
    await disk.fill();
    await isAway();
    expect((await api.database.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    const write = api.database.commitPool.query(
      "create table filler as select repeat('x', 100) from generate_series(1, 20000)",
    );
    await expect(write).rejects.toMatchObject({ code: '53100' });
    await disk.clear();
    await isReady();
    await expect.poll(() => outageLines().length).toBe(2);
    expect(outageLines()[0]).toContain('53100');
    forgetLines();
  });
});

test('reads that take every connection leave the process ready, and further ones are told overload', async () => {
  forgetLines();
  const { pool } = api.database;
  // The only one for reads.
  const holder = await pool.connect();
  const waiting = Promise.allSettled(Array.from({ length: 1_000 }, () => pool.query('select 1')));
  await expect(pool.query('select 1')).rejects.toBeInstanceOf(ReadsOverloaded);
  const input = encodeURIComponent(JSON.stringify({ eventId: randomUUID() }));
  const fault = await httpFault(fetch(`${api.url}/trpc/event.get?input=${input}`));
  expect(fault).toMatchObject({ status: 503, fault: 'overloaded' });
  expect(fault.headers.get('retry-after')).toBe('1');
  expect((await ready()).status).toBe(200);
  // A question of its own, and no answer that was kept.
  await sleep(1_100);
  expect((await ready()).status).toBe(200);
  for (const answer of await waiting) {
    expect(answer).toMatchObject({ status: 'rejected', reason: { name: 'ReadsOverloaded' } });
  }
  holder.release();
  expect(outageLines()).toEqual([]);
});
