import { freshTables } from '@holdfast/fixtures';
import { freshPrefix, providedServices, startTcpProxy, type TcpProxy } from '@holdfast/testing';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { packNews } from '../src/sale/sale-news.ts';
import { nothingSampled } from '../src/sale/sample.ts';
import type { SaleUpdate } from '../src/sale/sale-update.ts';
import { openHoldfastWorker } from '../src/worker.ts';
import { claim, openWorkingEngine, sellEvent, type TestEngine } from './engine-for-test.ts';

/** Between the engine and Redis. */
let network: TcpProxy;
let databaseUrl: string;
let engine: TestEngine;

beforeAll(async () => {
  databaseUrl = await freshTables();
  network = await startTcpProxy(providedServices().redisUrl);
  engine = await openWorkingEngine({ databaseUrl, redisUrl: network.url, prefix: freshPrefix() });
});

afterAll(async () => {
  await engine.close();
  await network[Symbol.asyncDispose]();
});

/** What a console of the event was told last. */
async function openConsole(eventId: string): Promise<{ readonly updates: SaleUpdate[] }> {
  const updates: SaleUpdate[] = [];
  const listener = { push: (update: SaleUpdate) => void updates.push(update), end: () => {} };
  const watching = { eventId, afterSecond: null, caller: 'user olga' };
  updates.push(await engine.reads.sales.join(watching, listener));
  onTestFinished(() => engine.reads.sales.leave(eventId, listener));
  return { updates };
}

test('a console hears of a worker, of what its audit finds, and that it has stopped', async () => {
  const eventId = await sellEvent(engine.database, 9);
  const { updates } = await openConsole(eventId);
  const workers = () => updates.at(-1)?.now.workers;
  expect(workers()).toMatchObject({ count: 0 });
  const worker = await openHoldfastWorker({ databaseUrl });
  await expect.poll(workers).toMatchObject({ count: 1, driftSeats: 0, violationCount: 0 });
  await engine.database.pool.query(
    'update events set available_seats = available_seats - 1 where id = $1',
    [eventId],
  );
  await worker.run('audit');
  await expect.poll(() => workers()?.violationCount).toBeGreaterThan(0);
  expect(workers()?.auditedAt).not.toBeNull();
  await worker.stop();
  await expect.poll(workers).toMatchObject({ count: 0, silentCount: 0 });
  await engine.database.pool.query(
    'update events set available_seats = available_seats + 1 where id = $1',
    [eventId],
  );
});

test('a console is told that the breaker is open, and that it is closed again', async () => {
  const eventId = await sellEvent(engine.database, 3);
  const { updates } = await openConsole(eventId);
  const now = () => updates.at(-1)?.now.redis;
  expect(now()).toBe('up');
  network.cut();
  // Few seats are free, so each claim asks Redis.
  await expect
    .poll(async () => {
      await claim(engine, eventId);
      return now();
    })
    .toBe('away');
  network.restore();
  await expect.poll(now).toBe('up');
});

test("what a process says whose clock is an hour wrong is put where it belongs by this one's", async () => {
  const eventId = await sellEvent(engine.database, 9);
  const { updates } = await openConsole(eventId);
  const wrongMs = Date.now() + 3_600_000;
  const sample = { ...nothingSampled, accepted: { book: 7 } };
  const process = { watcherCount: 0, consoleCount: 0, redis: 'up' } as const;
  const told = { type: 'told', from: 'another', clockMs: wrongMs, eventId, process } as const;
  const seconds = [[Math.floor(wrongMs / 1_000) - 1, sample]] as const;
  for (const payload of packNews({ ...told, seconds })) engine.reads.sales.hear(payload);
  const seven = () =>
    updates.flatMap((update) => update.seconds).find(({ accepted }) => accepted['book'] === 7);
  await expect.poll(seven).toBeDefined();
  const ageMs = Date.now() - Date.parse(seven()?.at ?? '');
  expect(Math.abs(ageMs)).toBeLessThan(60_000);
});
