import { randomUUID } from 'node:crypto';
import {
  type BookingCursor,
  type BookingRecord,
  commit,
  type Database,
  type EventBookingCursor,
  listBookingsOfEvent,
  listBookingsOfUser,
  type Page,
  plansOf,
} from '@holdfast/data';
import type { Command } from '@holdfast/domain';
import { onOneServer } from '@holdfast/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commitOne, eventOnSale, give, openFresh, reserveBy } from './fixture.ts';
import { readAll } from './read-all.ts';

let database: Database;
beforeAll(async () => {
  ({ database } = await openFresh());
});
afterAll(() => database.close());

const ofUser = (userId: string, limit: number) =>
  readAll((after: BookingCursor | null) => listBookingsOfUser(database, { userId, after, limit }));

const ofEvent = (eventId: string, limit: number) =>
  readAll((after: EventBookingCursor | null) =>
    listBookingsOfEvent(database, { eventId, after, limit }),
  );

const idsOf = (pages: readonly (readonly BookingRecord[])[]) => pages.flat().map(({ id }) => id);

/** Version 4 ids, which come in any order, made so that their order is the wrong one. */
function idsAgainstTime(count: number): string[] {
  const ids = Array.from({ length: count }, () => randomUUID());
  return ids.toSorted().toReversed();
}

const manyEach = { total: 1_000, policy: { activeBookingsPerUserMax: 1_000 } };

describe.each([1, 2, 100])('in pages of %d', (limit) => {
  test('the bookings of a user come newest first, of all events, whatever their ids', async () => {
    const userId = randomUUID();
    const ids = idsAgainstTime(5);
    for (const bookingId of ids) {
      await give(database, await eventOnSale(database), reserveBy(userId, { bookingId }));
    }
    const pages = await ofUser(userId, limit);
    expect(pages).toHaveLength(Math.ceil(ids.length / limit));
    expect(idsOf(pages)).toEqual(ids.toReversed());
  });

  test('the bookings of an event come oldest first, whatever their ids', async () => {
    const eventId = await eventOnSale(database);
    const ids = idsAgainstTime(5);
    for (const bookingId of ids) {
      await give(database, eventId, reserveBy(randomUUID(), { bookingId }));
    }
    const pages = await ofEvent(eventId, limit);
    expect(pages).toHaveLength(Math.ceil(ids.length / limit));
    expect(idsOf(pages)).toEqual(ids);
  });

  test('bookings of the same moment come by id, each once', async () => {
    const eventId = await eventOnSale(database, manyEach);
    const userId = randomUUID();
    const claims = idsAgainstTime(7).map((bookingId) => reserveBy(userId, { bookingId }));
    await commit(database, eventId, claims);
    const ids = claims.map(({ bookingId }) => bookingId);
    expect(idsOf(await ofEvent(eventId, limit))).toEqual(ids.toSorted());
    expect(idsOf(await ofUser(userId, limit))).toEqual(ids.toSorted().toReversed());
  });

  test('one id at two events, of one moment, comes twice', async () => {
    const [userId, bookingId] = [randomUUID(), randomUUID()];
    const eventIds = [await eventOnSale(database), await eventOnSale(database)];
    for (const eventId of eventIds) await give(database, eventId, reserveBy(userId, { bookingId }));
    await database.pool.query('update bookings set created_at = now() where user_id = $1', [
      userId,
    ]);
    const found = (await ofUser(userId, limit)).flat().map(({ eventId }) => eventId);
    expect(found).toEqual(eventIds.toSorted().toReversed());
  });
});

describe('while others book', () => {
  /** Reads in pages of one, with a new booking before each page but the first. */
  async function readAmid<C>(
    read: (after: C | null) => Promise<Page<BookingRecord, C>>,
    book: () => Promise<unknown>,
  ): Promise<string[]> {
    const seen: string[] = [];
    let after: C | null = null;
    for (let count = 0; count < 10; count += 1) {
      const page: Page<BookingRecord, C> = await read(after);
      seen.push(...idsOf([page.items]));
      after = page.next;
      if (after === null) break;
      await book();
    }
    return seen;
  }

  test('a list that is read shows what was there, each once, and in order', async () => {
    const eventId = await eventOnSale(database, manyEach);
    const userId = randomUUID();
    const ids = idsAgainstTime(6);
    const book = (bookingId: string = randomUUID()) =>
      give(database, eventId, reserveBy(userId, { bookingId }));
    for (const id of ids) await book(id);
    const newestFirst = await readAmid<BookingCursor>(
      (after) => listBookingsOfUser(database, { userId, after, limit: 1 }),
      () => Promise.all([book(), book()]),
    );
    expect(newestFirst).toEqual(ids.toReversed());
    const oldestFirst = await readAmid<EventBookingCursor>(
      (after) => listBookingsOfEvent(database, { eventId, after, limit: 1 }),
      () => Promise.all([book(), book()]),
    );
    expect(oldestFirst.slice(0, ids.length)).toEqual(ids);
    expect(new Set(oldestFirst).size).toBe(oldestFirst.length);
  });
});

describe('a search', () => {
  const statuses = ['held', 'confirmed', 'cancelled', 'expired'] as const;

  /** Bookings of each kind, at an event that goes on, and at one that was called off and is not swept yet. */
  async function eventWithAll(isCalledOff: boolean): Promise<string> {
    const eventId = await eventOnSale(database, manyEach);
    for (const userId of ['ann', 'bob']) {
      const claims = Array.from({ length: 5 }, () => reserveBy(userId));
      for (const claim of claims) await give(database, eventId, claim);
      const [first, second, third, fourth] = claims.map(({ bookingId }) => ({ bookingId, userId }));
      if (!first || !second || !third || !fourth) throw new Error('There are five.');
      await give(database, eventId, { type: 'confirm', ...first });
      await give(database, eventId, { type: 'confirm', ...second });
      await give(database, eventId, { type: 'cancel', ...second });
      await give(database, eventId, { type: 'cancel', ...third });
      const lapse = `update bookings set expires_at = now() - interval '1 second' where event_id = $1 and id = $2`;
      await database.pool.query(lapse, [eventId, fourth.bookingId]);
    }
    if (isCalledOff) {
      const close = { type: 'close', organizerId: 'organizer', as: 'cancelled' } as const;
      await commitOne<Command>(database, eventId, [close]);
    }
    return eventId;
  }

  test.each([false, true])('by status finds what is so now, swept or not', async (isCalledOff) => {
    const eventId = await eventWithAll(isCalledOff);
    const all = (await ofEvent(eventId, 100)).flat();
    expect(new Set(all.map(({ status }) => status))).toEqual(
      new Set(isCalledOff ? ['cancelled', 'expired'] : statuses),
    );
    for (const status of statuses) {
      for (const userId of [undefined, 'ann', 'nobody']) {
        const fits = all.filter(
          (each) => each.status === status && each.userId === (userId ?? each.userId),
        );
        for (const limit of [1, 100]) {
          const pages = await readAll((after: EventBookingCursor | null) =>
            listBookingsOfEvent(database, { eventId, status, userId, after, limit }),
          );
          expect(pages.flat().map(({ id }) => id)).toEqual(fits.map(({ id }) => id));
        }
      }
    }
  });

  test("by user finds that user's bookings of the event, and of no other", async () => {
    const [eventId] = [await eventWithAll(false), await eventWithAll(false)];
    const list = { eventId, userId: 'bob', after: null, limit: 100 };
    const { items, next } = await listBookingsOfEvent(database, list);
    expect(next).toBeNull();
    const all = (await ofEvent(eventId, 100)).flat();
    expect(items).toEqual(all.filter(({ userId }) => userId === 'bob'));
  });
});

onOneServer('each node plans by itself, and what it plans is not told', () => {
  describe('the plan of a page', () => {
    const limit = 20;
    /**
     * Its rows may lie anywhere in the table, and each index is a few levels high. Of each it is looked up
     * whether its event was called off: at least a page of the index, and the row.
     */
    const bufferCountMax = (limit + 1) * 3 + 10;
    const [eventId, userId] = [randomUUID(), randomUUID()];

    beforeAll(async () => {
      // A crowd at the event, a user of many events, and hundreds of the same moment.
      const rows = (event: string, user: string) => `
      insert into bookings
        (event_id, id, user_id, ordinal, seat_count, status, changed_at, created_at)
      select ${event}, gen_random_uuid(), ${user}, n, 1, 'cancelled', now(),
        now() - (n / 500) * interval '1 minute'
      from generate_series(1, 10000) n`;
      await database.pool.query(rows(`'${eventId}'`, `'user ' || n`));
      await database.pool.query(rows('gen_random_uuid()', `'${userId}'`));
      // As many events as any database has, so that one is looked up in an index and not in a table of one page.
      await database.pool.query(
        `insert into events (id, organizer_id, title, date, status, seat_count, available_seats,
         version, quantity_per_booking_max, active_bookings_per_user_max, hold_duration_ms)
       select gen_random_uuid(), 'organizer', 'One of many', now(), 'draft', 1, 1, 1, 1, 1, 1
       from generate_series(1, 5000)`,
      );
      await database.pool.query('vacuum analyze bookings, events');
    });

    const halfway = {
      createdAt: Date.now() - 10 * 60_000,
      id: randomUUID(),
      eventId: randomUUID(),
    };

    test.each([null, halfway])("of a user's bookings is one range of the index", async (after) => {
      const run = (noted: Database) => listBookingsOfUser(noted, { userId, after, limit });
      for (const { text, bufferCount } of await plansOf(database, run)) {
        expect(text).toMatch(/Index Scan Backward using ix_bookings_user_id .*actual.*rows=21/);
        expect(text).not.toMatch(/Sort|Removed by Filter/);
        expect(bufferCount).toBeLessThanOrEqual(bufferCountMax);
      }
    });

    test.each([null, halfway])(
      "of an event's bookings is one range of the index",
      async (after) => {
        const run = (noted: Database) => listBookingsOfEvent(noted, { eventId, after, limit });
        for (const { text, bufferCount } of await plansOf(database, run)) {
          expect(text).toMatch(/Index Scan using ix_bookings_event_id .*actual.*rows=21/);
          expect(text).not.toMatch(/Sort|Removed by Filter/);
          expect(bufferCount).toBeLessThanOrEqual(bufferCountMax);
        }
      },
    );

    test("of an event's bookings of a status ends when it is full", async () => {
      const list = { eventId, status: 'cancelled', after: null, limit } as const;
      for (const { text, bufferCount } of await plansOf(database, (noted) =>
        listBookingsOfEvent(noted, list),
      )) {
        expect(text).toMatch(/Index Scan using ix_bookings_event_id .*actual.*rows=21/);
        expect(text).not.toContain('Sort');
        expect(bufferCount).toBeLessThanOrEqual(bufferCountMax);
      }
    });

    test('looks at 5,000 bookings for a status that hardly any has, and then says where to go on', async () => {
      const list = { eventId, status: 'held', after: null, limit } as const;
      for (const { text } of await plansOf(database, (noted) => listBookingsOfEvent(noted, list))) {
        expect(text).toMatch(/Index Scan using ix_bookings_event_id .*actual.*rows=5000/);
        expect(text).not.toContain('Sort');
      }
      const pages = await readAll((after: EventBookingCursor | null) =>
        listBookingsOfEvent(database, { ...list, after }),
      );
      expect(pages).toEqual([[], [], []]);
    });

    test("of one user's bookings at a big event is read by the user", async () => {
      const list = { eventId, userId: 'user 9000', after: null, limit };
      for (const { text, bufferCount } of await plansOf(database, (noted) =>
        listBookingsOfEvent(noted, list),
      )) {
        expect(text).toMatch(/using ix_bookings_user_id .*actual.*rows=1/);
        expect(text).not.toContain('Sort');
        expect(bufferCount).toBeLessThanOrEqual(bufferCountMax);
      }
    });
  });
});
