import { randomUUID } from 'node:crypto';
import { createLogger, createMetricsRegistry } from '@holdfast/process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { watchWorkers } from '../src/reads/worker-watch.ts';
import { type Caller, callerOf, eventOnSale, startApi, type TestApi } from './api.ts';
import { messagesOf } from './stream.ts';

const patienceMs = 20_000;

let api: TestApi;
let olga: Caller;
let ada: Caller;
beforeAll(async () => {
  api = await startApi();
  olga = await callerOf(api, 'olga', 'organizer');
  ada = await callerOf(api, 'ada', 'user');
});
afterAll(() => api.stop());

function loggerTo(write: (line: string) => void) {
  return createLogger({ service: 'api', level: 'info', secrets: [], stream: { write } });
}

const brief = { policy: { holdDurationMs: 100 } };

describe('with no worker at all', () => {
  test('lapsed holds are shown as free, by event.get and in lists, and are', async () => {
    const eventId = await eventOnSale(olga, brief);
    await ada.booking.reserve.mutate({ eventId, bookingId: randomUUID(), quantity: 3 });
    const shown = async () => {
      const { availableSeats, heldSeats } = await ada.event.get.query({ eventId, maxAgeMs: 0 });
      const { items } = await olga.event.list.query({ mine: true, maxAgeMs: 0, limit: 100 });
      const listed = items.find(({ id }) => id === eventId);
      return [availableSeats, heldSeats, listed?.availableSeats, listed?.heldSeats];
    };
    await expect.poll(shown, { timeout: patienceMs }).toEqual([100, 0, 100, 0]);
    const row = await api.database.pool.query('select held_seats from events where id = $1', [
      eventId,
    ]);
    expect(row.rows).toEqual([{ held_seats: 3 }]);
  });

  test('who watches hears of sales and of seats that come back, and the api says who is missing', async () => {
    const registry = createMetricsRegistry('api');
    const lines: string[] = [];
    const logger = loggerTo((line) => lines.push(line));
    const watch = watchWorkers({
      database: api.database,
      live: api.reads.live,
      logger,
      registry,
      checkEveryMs: 50,
      behindMsMax: 300,
    });
    const left = new AbortController();
    try {
      const eventId = await eventOnSale(olga, brief);
      const messages = messagesOf(api.url, eventId, { signal: left.signal });
      const heard: number[] = [];
      const hear = (async () => {
        for await (const { event, data } of messages) {
          if (event !== 'message') continue;
          const { changes } = JSON.parse(data) as { changes: { availableSeats: number }[] };
          heard.push(...changes.map(({ availableSeats }) => availableSeats));
        }
      })().catch(() => undefined);
      await expect.poll(() => heard, { timeout: patienceMs }).toEqual([100]);
      await ada.booking.reserve.mutate({ eventId, bookingId: randomUUID(), quantity: 3 });
      await expect.poll(() => heard, { timeout: patienceMs }).toEqual([100, 97, 100]);
      expect(watch.notes()).toContain('feed_behind');
      const text = await registry.metrics();
      expect(text).toMatch(/holdfast_feed_behind_seconds\{service="api"\} [\d.]*[1-9]/);
      // It is said once, however long it lasts.
      expect(lines.filter((line) => line.includes('Relaying of changes'))).toHaveLength(1);
      expect(lines.join()).toContain('does one run?');
      left.abort();
      await hear;
    } finally {
      left.abort();
      await watch.close();
    }
  });

  test('health says that it is ready, and what is behind', async () => {
    const { status, notes } = await ada.health.ready.query();
    expect(status).toBe('ready');
    expect(Array.isArray(notes)).toBe(true);
  });
});

test('negative control: where workers do their work, nothing is behind', async () => {
  const { database } = api;
  await database.pool.query('update outbox set delivered_at = now() where delivered_at is null');
  const registry = createMetricsRegistry('api');
  const watch = watchWorkers({
    database,
    live: api.reads.live,
    logger: loggerTo(() => {}),
    registry,
    checkEveryMs: 20,
    behindMsMax: 60_000,
  });
  await expect
    .poll(async () => await registry.metrics(), { timeout: patienceMs })
    .toContain('holdfast_feed_behind_seconds{service="api"} 0');
  expect(watch.notes()).toEqual([]);
  await watch.close();
});
