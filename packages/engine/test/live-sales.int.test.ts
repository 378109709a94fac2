import { commit } from '@holdfast/data';
import { freshTables, startRelay } from '@holdfast/fixtures';
import { freshPrefix, providedServices } from '@holdfast/testing';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { SaleListener } from '../src/sale/live-sale.ts';
import type { SaleSecond, SaleUpdate } from '../src/sale/sale-update.ts';
import { claim, openTestEngine, sellEvent, soldOut, type TestEngine } from './engine-for-test.ts';

let way: Parameters<typeof openTestEngine>[0];
let near: TestEngine;
let far: TestEngine;
let relay: ReturnType<typeof startRelay>;

beforeAll(async () => {
  const databaseUrl = await freshTables();
  const prefix = freshPrefix();
  const { redisUrl } = providedServices();
  way = { databaseUrl, redisUrl, prefix };
  near = await openTestEngine(way);
  far = await openTestEngine(way);
  relay = startRelay(near.database);
});

afterAll(async () => {
  await relay.stop();
  await Promise.all([near.close(), far.close()]);
});

/** A console on one of the processes, which keeps what it was told. */
class Console implements SaleListener {
  readonly seconds = new Map<string, SaleSecond>();
  now: SaleUpdate['now'] | null = null;
  end(): void {}

  push({ seconds, now }: SaleUpdate): void {
    for (const second of seconds) this.seconds.set(second.at, second);
    this.now = now;
  }

  sum(of: (second: SaleSecond) => number): number {
    return [...this.seconds.values()].reduce((total, second) => total + of(second), 0);
  }

  get booked(): number {
    return this.sum(({ accepted }) => accepted['book'] ?? 0);
  }

  get refused(): number {
    return this.sum(({ refused }) => refused.reduce((total, { count }) => total + count, 0));
  }
}

async function openConsole(on: TestEngine, eventId: string): Promise<Console> {
  const { sales } = on.reads;
  const shown = new Console();
  const watching = { eventId, afterSecond: null, caller: 'user olga' };
  shown.push(await sales.join(watching, shown));
  onTestFinished(() => sales.leave(eventId, shown));
  return shown;
}

async function storm(engine: TestEngine, eventId: string, count: number) {
  return await Promise.all(Array.from({ length: count }, () => claim(engine, eventId)));
}

describe('a console', () => {
  test('shows what all processes sell and refuse, each command once, and the seats as they are', async () => {
    const eventId = await sellEvent(near.database, 60);
    const shown = await openConsole(near, eventId);
    await expect.poll(() => shown.now?.processCount).toBe(2);
    const answers = (await Promise.all([storm(near, eventId, 50), storm(far, eventId, 50)])).flat();
    expect(answers.filter(({ status }) => status === 'accepted')).toHaveLength(60);
    await expect.poll(() => [shown.booked, shown.refused]).toEqual([60, 40]);
    await expect
      .poll(() => shown.now?.event)
      .toMatchObject({ seatCount: 60, availableSeats: 0, heldSeats: 0 });
    expect(shown.sum(({ groups }) => groups.commandCount)).toBeGreaterThan(0);
    const all = [...shown.seconds.values()];
    for (const times of ['answerMs', 'commitMs', 'waitMs'] as const) {
      const [first] = all.flatMap((second) => second[times] ?? []);
      expect(first?.p50).toBeGreaterThan(0);
      expect(first?.p99).toBeGreaterThanOrEqual(first?.p50 ?? Number.NaN);
    }
  });

  test('that is opened late shows the past, that of other processes and of seats too', async () => {
    const eventId = await sellEvent(near.database, 5);
    expect(await storm(far, eventId, 3)).not.toContainEqual(soldOut);
    const early = await openConsole(far, eventId);
    await expect.poll(() => early.booked).toBe(3);
    far.reads.sales.leave(eventId, early);
    const shown = await openConsole(near, eventId);
    await expect.poll(() => shown.booked).toBe(3);
    const seats = [...shown.seconds.values()].flatMap((second) => second.seats ?? []);
    expect(seats).toContainEqual({ seatCount: 5, availableSeats: 2, heldSeats: 0 });
  });

  test('says of how many watchers, consoles and processes it tells, and forgets who leaves', async () => {
    const eventId = await sellEvent(near.database, 5);
    const [shown, other] = [await openConsole(near, eventId), await openConsole(far, eventId)];
    await expect.poll(() => [shown.now?.consoleCount, other.now?.consoleCount]).toEqual([2, 2]);
    const watcher = { push: () => {}, end: () => {} };
    await far.reads.live.join({ eventId, afterVersion: null, caller: 'user ada' }, watcher);
    await expect.poll(() => shown.now?.watcherCount).toBe(1);
    far.reads.sales.leave(eventId, other);
    far.reads.live.leave(eventId, watcher);
    await expect.poll(() => [shown.now?.consoleCount, shown.now?.watcherCount]).toEqual([1, 0]);
    expect(shown.now).toMatchObject({ processCount: 2, database: 'up' });
  });

  test('covers a process from when it is there until it stops', async () => {
    const eventId = await sellEvent(near.database, 5);
    const shown = await openConsole(near, eventId);
    const third = await openTestEngine(way);
    await expect.poll(() => shown.now?.processCount).toBe(3);
    await claim(third, eventId);
    await third.close();
    await expect.poll(() => shown.now?.processCount).toBe(2);
    expect(shown.booked).toBe(1);
  });

  test('counts nothing of an event in a process that does not sell it, and hears of a change all the same', async () => {
    const eventId = await sellEvent(near.database, 5);
    const shown = await openConsole(near, eventId);
    await commit(far.database, eventId, [{ type: 'setCapacity', organizerId: 'olga', total: 9 }]);
    await expect.poll(() => shown.now?.event.seatCount).toBe(9);
    expect([shown.booked, shown.refused]).toEqual([0, 0]);
  });

  test('of an event that is not there is refused, and nothing of it is kept', async () => {
    const eventId = crypto.randomUUID();
    const joining = openConsole(near, eventId);
    await expect(joining).rejects.toMatchObject({ name: 'EventNotFound' });
    expect(near.reads.live.watcherCountOf(eventId)).toBe(0);
  });
});
