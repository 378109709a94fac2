import { type Database, openDatabase } from '@holdfast/data';
import { freshTables } from '@holdfast/fixtures';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LiveAvailability } from '../src/live/live-availability.ts';
import { Watcher } from '../src/live/live-watcher.ts';
import { sellEvent } from './engine-for-test.ts';
import { openQueue } from './open-queue.ts';

let database: Database;

beforeAll(async () => {
  database = await openDatabase({ url: await freshTables() });
});

afterAll(() => database.close());

test('more than a process can bear may not watch, until somebody leaves', async () => {
  const eventId = await sellEvent(database, 10);
  const queue = openQueue();
  const live = new LiveAvailability({ database, queue, onError: () => {}, watcherCountMax: 1 });
  const [one, other] = [new Watcher(() => {}), new Watcher(() => {})];
  const watching = { eventId, afterVersion: null, caller: 'user ada' };
  await live.join(watching, one);
  await expect(live.join(watching, other)).rejects.toMatchObject({ name: 'Overloaded' });
  live.leave(eventId, one);
  await live.join(watching, other);
  live.leave(eventId, other);
  expect(live.watcherCount).toBe(0);
});

test('nobody watches what is not there, and nothing of it is kept', async () => {
  const live = new LiveAvailability({
    database,
    queue: openQueue(),
    onError: () => {},
    watcherCountMax: 1,
  });
  const watching = { eventId: crypto.randomUUID(), afterVersion: null, caller: 'user ada' };
  const joining = live.join(watching, new Watcher(() => {}));
  await expect(joining).rejects.toMatchObject({ name: 'EventNotFound' });
  expect([live.watcherCount, live.eventIds]).toEqual([0, []]);
});
