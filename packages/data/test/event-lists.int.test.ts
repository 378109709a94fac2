import { randomUUID } from 'node:crypto';
import {
  commit,
  type Database,
  type EventCursor,
  findEvent,
  type ListEvents,
  listEvents,
} from '@holdfast/data';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createOf, eventOnSale, give, lapseHolds, openFresh, reserveBy } from './fixture.ts';
import { readAll } from './read-all.ts';

let database: Database;
beforeAll(async () => {
  ({ database } = await openFresh());
});
afterAll(() => database.close());

const everything: Omit<ListEvents, 'after'> = {
  from: null,
  organizerId: null,
  onlyAvailable: false,
  limit: 2,
};

const page = (after: EventCursor | null, more: Partial<ListEvents> = {}) =>
  listEvents(database, { ...everything, ...more, after });

const list = (more: Partial<ListEvents> = {}) =>
  readAll((after: EventCursor | null) => page(after, more));

/** The ids of a whole list, as far as they are among these. */
async function listed(ids: readonly string[], more: Partial<ListEvents> = {}): Promise<string[]> {
  const events = (await list({ limit: 50, ...more })).flat();
  return events.map((event) => event.id).filter((id) => ids.includes(id));
}

const hourMs = 3_600_000;
const anytime = { opensAt: null, closesAt: null };

describe('events by date', () => {
  const organizerId = `organizer-${randomUUID()}`;
  const day = (number: number) => Date.UTC(2031, 0, number);
  let ids: string[];

  beforeAll(async () => {
    // Two of them on the same day, so that the order needs the id.
    ids = [];
    for (const date of [day(3), day(1), day(2), day(2), day(4)]) {
      ids.push(await eventOnSale(database, { organizerId, date, total: 1 }));
    }
    await give(database, ids[4] ?? '', reserveBy('ann'));
    await commit(database, ids[0] ?? '', [{ type: 'close', organizerId, as: 'closed' }]);
  });

  test('come in pages, in the order of their date, each once', async () => {
    const pages = await list({ organizerId });
    expect(pages.map((each) => each.length)).toEqual([2, 2, 1]);
    const dates = pages.flat().map((event) => event.date);
    expect(dates).toEqual([day(1), day(2), day(2), day(3), day(4)]);
    expect(new Set(pages.flat().map((event) => event.id)).size).toBe(5);
  });

  test('for the public are those on sale, and on demand those that have seats', async () => {
    const onSale = await listed(ids);
    expect(onSale).not.toContain(ids[0]);
    expect(onSale).toContain(ids[4]);
    const available = await listed(ids, { onlyAvailable: true });
    expect(available).not.toContain(ids[4]);
    expect(available).toContain(ids[1]);
  });

  test('begin at the day that is asked for, and further on where a cursor says so', async () => {
    const dates = async (more: Partial<ListEvents>, after: EventCursor | null = null) =>
      (await page(after, { organizerId, limit: 9, ...more })).items.map((event) => event.date);
    expect(await dates({ from: day(2) })).toEqual([day(2), day(2), day(3), day(4)]);
    const { next } = await page(null, { organizerId, limit: 3 });
    expect(await dates({ from: day(2) }, next)).toEqual([day(3), day(4)]);
    expect(await dates({ from: day(4) }, next)).toEqual([day(4)]);
  });
});

describe('what is over', () => {
  let [over, ahead]: string[] = [];

  beforeAll(async () => {
    const on = (date: number) => eventOnSale(database, { date, saleWindow: anytime });
    [over, ahead] = [await on(Date.now() - hourMs), await on(Date.now() + hourMs)];
  });

  const found = async (more: Partial<ListEvents> = {}) =>
    await listed([over ?? '', ahead ?? ''], more);

  test('is left out of the public list, which begins with what is to come', async () => {
    expect(await found()).toEqual([ahead]);
    expect(await found({ onlyAvailable: true })).toEqual([ahead]);
  });

  test("is told by PostgreSQL's clock, not by this process's", async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * hourMs });
    try {
      expect(await found()).toEqual([ahead]);
    } finally {
      vi.useRealTimers();
    }
  });

  test('is shown to who asks for the past, and to its organizer', async () => {
    expect(await found({ from: Date.now() - 2 * hourMs })).toEqual([over, ahead]);
    expect(await found({ organizerId: 'organizer' })).toEqual([over, ahead]);
  });

  test('since a list was begun stays in it: a page goes on where the last one ended', async () => {
    const ids: string[] = [];
    for (const fromNow of [-0.4, -0.2, 1]) {
      const date = Date.now() + fromNow * hourMs;
      ids.push(await eventOnSale(database, { date, saleWindow: anytime }));
    }
    const halfAnHourAgo = { date: Date.now() - hourMs / 2, id: randomUUID() };
    const rest = await readAll((after: EventCursor | null) =>
      page(after ?? halfAnHourAgo, { limit: 1 }),
    );
    const seen = rest.flat().map((event) => event.id);
    expect(seen.filter((id) => ids.includes(id))).toEqual(ids);
    expect(await listed(ids)).toEqual([ids[2]]);
  });
});

describe('what can be bought now', () => {
  const organizerId = `organizer-${randomUUID()}`;
  const date = Date.now() + 24 * hourMs;
  const [before, after] = [Date.now() - hourMs, Date.now() + hourMs];
  const onSale = (closesAt: number | null, opensAt: number | null = null, total = 1) =>
    eventOnSale(database, { organizerId, date, total, saleWindow: { opensAt, closesAt } });

  test('is on sale, within its window, and has a seat', async () => {
    const closing = await onSale(null);
    const cancelled = await onSale(null);
    const soldOut = await onSale(null);
    const draft = createOf(randomUUID(), { organizerId, date });
    await commit(database, closing, [{ type: 'close', organizerId, as: 'closed' }]);
    await commit(database, cancelled, [{ type: 'close', organizerId, as: 'cancelled' }]);
    await give(database, soldOut, reserveBy('ann'));
    await commit(database, draft.eventId, [draft]);
    const not = [closing, cancelled, soldOut, draft.eventId];
    not.push(await onSale(null, after), await onSale(before));
    const can = [await onSale(null), await onSale(after), await onSale(null, before)];
    can.push(await onSale(date, before));
    const all = [...not, ...can];
    for (const owner of [null, organizerId]) {
      const available = await listed(all, { onlyAvailable: true, organizerId: owner });
      expect(available.toSorted()).toEqual(can.toSorted());
    }
    expect(await listed(all, { organizerId })).toHaveLength(all.length);
  });

  test('comes and goes as the window opens and closes, with nothing written', async () => {
    const opensAt = Date.now() + 700;
    const eventId = await onSale(opensAt + 700, opensAt);
    const isListed = async () => (await listed([eventId], { onlyAvailable: true })).length === 1;
    expect(await isListed()).toBe(false);
    await expect.poll(isListed).toBe(true);
    await expect.poll(isListed).toBe(false);
    expect((await findEvent(database, eventId))?.version).toBe(1);
  });

  test('has the seats of lapsed holds once they are swept', async () => {
    const eventId = await onSale(null);
    await give(database, eventId, reserveBy('ann'));
    await lapseHolds(database, eventId);
    expect(await listed([eventId], { onlyAvailable: true })).toEqual([]);
    await commit(database, eventId, [{ type: 'expire', bookingCountMax: 9 }]);
    expect(await listed([eventId], { onlyAvailable: true })).toEqual([eventId]);
  });
});
