import { randomUUID } from 'node:crypto';
import { openDatabase } from '@holdfast/data';
import { freshTables } from '@holdfast/fixtures';
import { createLogger, createMetricsRegistry } from '@holdfast/process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { limitsOf } from '../src/limits.ts';
import { watchEvent } from '../src/live/watch-event.ts';
import { type Engine, openEngine } from '../src/open-engine.ts';
import { watchWorkers } from '../src/reads/worker-watch.ts';
import { claim, sellEvent } from './engine-for-test.ts';

let engine: Engine;

beforeAll(async () => {
  const database = await openDatabase({ url: await freshTables() });
  const registry = createMetricsRegistry('api');
  const parts = { database, limits: limitsOf({}), registry, logger: loggerTo(() => {}) };
  engine = await openEngine(parts, null);
});

afterAll(async () => {
  await engine.close();
  await engine.database.close();
});

function loggerTo(write: (line: string) => void) {
  return createLogger({ service: 'api', level: 'info', secrets: [], stream: { write } });
}

test('with no worker, who watches hears of sales and of seats that come back, and it is said who is missing', async () => {
  const registry = createMetricsRegistry('api');
  const lines: string[] = [];
  const { database, reads } = engine;
  const watch = watchWorkers({
    database,
    live: reads.live,
    logger: loggerTo((line) => lines.push(line)),
    registry,
    checkEveryMs: 50,
    behindMsMax: 300,
  });
  const left = new AbortController();
  const eventId = await sellEvent(database, 100, { holdDurationMs: 100 });
  const heard: number[] = [];
  const hear = (async () => {
    const options = { signal: left.signal, caller: 'user ada' };
    for await (const { changes } of watchEvent(reads.live, eventId, options)) {
      heard.push(...changes.map(({ availableSeats }) => availableSeats));
    }
  })();
  await expect.poll(() => heard).toEqual([100]);
  const bookingId = randomUUID();
  await claim(engine, eventId, { type: 'reserve', quantity: 3, bookingId });
  await expect.poll(() => heard).toEqual([100, 97, 100]);
  expect(watch.notes()).toContain('feed_behind');
  const text = await registry.metrics();
  expect(text).toMatch(/holdfast_feed_behind_seconds\{service="api"\} [\d.]*[1-9]/);
  // It is said once, however long it lasts.
  expect(lines.filter((line) => line.includes('Relaying of changes'))).toHaveLength(1);
  expect(lines.join()).toContain('does one run?');
  left.abort();
  await hear;
  await watch.close();
});

test('negative control: where workers do their work, nothing is behind', async () => {
  const { database, reads } = engine;
  await database.pool.query('update outbox set delivered_at = now() where delivered_at is null');
  const registry = createMetricsRegistry('api');
  const watch = watchWorkers({
    database,
    live: reads.live,
    logger: loggerTo(() => {}),
    registry,
    checkEveryMs: 20,
    behindMsMax: 60_000,
  });
  await expect
    .poll(async () => await registry.metrics())
    .toContain('holdfast_feed_behind_seconds{service="api"} 0');
  expect(watch.notes()).toEqual([]);
  await watch.close();
});
