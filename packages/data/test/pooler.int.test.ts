import { randomUUID } from 'node:crypto';
import {
  DatabaseUnavailable,
  findEvent,
  inspectPooling,
  listenToFeed,
  migrate,
  openDatabase,
} from '@holdfast/data';
import { freshDatabase } from '@holdfast/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answers, eventOnSale, give, reserveBy } from './fixture.ts';
import { type Pooler, startPooler } from './pooler.ts';

let pooler: Pooler | null;
beforeAll(async () => {
  pooler = await startPooler(await freshDatabase());
  if (pooler === null) console.warn('Not tested: there is no PgBouncer to be had here.');
});
afterAll(() => pooler?.[Symbol.asyncDispose]());

function urlWith(url: string, parameters: Readonly<Record<string, string>>): string {
  const other = new URL(url);
  other.search = new URLSearchParams(parameters).toString();
  return other.href;
}

test('a pooler that refuses settings at the start is quoted', async ({ skip }) => {
  if (pooler === null) return skip('there is no PgBouncer to be had here');
  const database = await openDatabase({ url: pooler.url });
  const refusal = await database.ping().catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(DatabaseUnavailable);
  expect(refusal).toMatchObject({
    cause: { code: '08P01', message: 'unsupported startup parameter: options' },
  });
  await database.close();
});

test('settings that are sent after connecting get through it, for every kind of connection', async ({
  skip,
}) => {
  if (pooler === null) return skip('there is no PgBouncer to be had here');
  const options = '-c search_path=public';
  const url = urlWith(pooler.url, { startup_parameters: 'off', options });
  const database = await openDatabase({ url, lockTimeoutMs: 777 });
  await migrate(database);
  await database.ping();
  const eventId = await eventOnSale(database);
  expect(answers([await give(database, eventId, reserveBy('ann'))])).toEqual(['held']);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const feed = listenToFeed(database, { onChanges: () => {}, onGap: resolve, onError: reject });
  await promise;
  await feed.close();
  for (const [pool, name, value] of [
    [database.pool, 'lock_timeout', '777ms'],
    [database.pool, 'search_path', 'public'],
    [database.commitPool, 'lock_timeout', '777ms'],
    [database.commitPool, 'statement_timeout', '2s'],
    [database.commitPool, 'plan_cache_mode', 'force_generic_plan'],
    [database.commitPool, 'enable_seqscan', 'off'],
  ] as const) {
    const { rows } = await pool.query('select current_setting($1) as it', [name]);
    expect({ name, rows }).toEqual({ name, rows: [{ it: value }] });
  }
  await database.close();
});

test('in session mode each connection keeps its server process', async ({ skip }) => {
  if (pooler === null) return skip('there is no PgBouncer to be had here');
  const url = urlWith(pooler.url, { startup_parameters: 'off' });
  expect(await inspectPooling({ url })).toBe('session');
});

test('in transaction mode, with no prepared statements, calls are refused with the fix, and it is found', async ({
  skip,
}) => {
  const direct = await freshDatabase();
  await using transactional = await startPooler(direct, 'transaction');
  if (transactional === null) return skip('there is no PgBouncer to be had here');
  expect(await inspectPooling({ url: direct })).toBe('session');
  const url = urlWith(transactional.url, { startup_parameters: 'off' });
  expect(await inspectPooling({ url })).toBe('transaction');
  const owner = await openDatabase({ url: direct });
  await migrate(owner);
  await owner.close();

  const database = await openDatabase({ url });
  const eventId = randomUUID();
  // As soon as two calls cross, one of them meets a process that has not prepared its statement.
  const calls = Array.from({ length: 20 }, () => findEvent(database, eventId));
  const results = await Promise.allSettled(calls);
  const refusals = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  );
  expect(refusals.length).toBeGreaterThan(0);
  for (const refusal of refusals) {
    expect(refusal).toBeInstanceOf(DatabaseUnavailable);
    expect(refusal).toMatchObject({
      isRefusal: true,
      message: expect.stringContaining('Set its pool_mode to session'),
      cause: { code: expect.stringMatching(/^(26000|42P05)$/) },
    });
  }
  await database.close();
});
