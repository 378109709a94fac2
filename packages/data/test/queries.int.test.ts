import { randomUUID } from 'node:crypto';
import {
  commit,
  type Database,
  type EventCursor,
  findBooking,
  findEvent,
  findEventsWithLapsedHolds,
  listBookingsOfEvent,
  listBookingsOfUser,
  listEvents,
  type Page,
} from '@holdfast/data';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventOnSale, give, lapseHolds, openFresh, reserveBy } from './fixture.ts';

let database: Database;
beforeAll(async () => {
  ({ database } = await openFresh());
});
afterAll(() => database.close());

/** Reads page after page to the end; bounded. */
async function readAll<T, C>(page: (after: C | null) => Promise<Page<T, C>>): Promise<T[][]> {
  const pages: T[][] = [];
  let after: C | null = null;
  for (let count = 0; count < 50; count += 1) {
    const { items, next }: Page<T, C> = await page(after);
    pages.push([...items]);
    if (next === null) return pages;
    after = next;
  }
  throw new Error('The pages do not end.');
}

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

  const list = (more: Partial<Parameters<typeof listEvents>[1]>) =>
    readAll((after: EventCursor | null) =>
      listEvents(database, {
        from: null,
        organizerId: null,
        onlyAvailable: false,
        limit: 2,
        ...more,
        after,
      }),
    );

  test('come in pages, in the order of their date, each once', async () => {
    const pages = await list({ organizerId });
    expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
    const dates = pages.flat().map((event) => event.date);
    expect(dates).toEqual([day(1), day(2), day(2), day(3), day(4)]);
    expect(new Set(pages.flat().map((event) => event.id)).size).toBe(5);
  });

  test('for the public are those on sale, and on demand those that have seats', async () => {
    const onSale = (await list({})).flat().map((event) => event.id);
    expect(onSale).not.toContain(ids[0]);
    expect(onSale).toContain(ids[4]);
    const available = (await list({ onlyAvailable: true })).flat().map((event) => event.id);
    expect(available).not.toContain(ids[4]);
    expect(available).toContain(ids[1]);
  });

  test('begin at the day that is asked for', async () => {
    const found = (await list({ organizerId, from: day(2) })).flat();
    expect(found.map((event) => event.date)).toEqual([day(2), day(2), day(3), day(4)]);
  });
});

describe('the plan of the page of available events', () => {
  test('is one range of the partial index, without a sort, wherever the page begins', async () => {
    await database.pool.query(`
      insert into events (id, organizer_id, title, date, status, seat_count, available_seats,
        held_seats, version, quantity_per_booking_max, active_bookings_per_user_max, hold_duration_ms)
      select gen_random_uuid(), 'many', 'many', now() + n * interval '1 minute', 'on_sale', 1,
        case when n % 20 = 0 then 1 else 0 end, 0, 1, 1, 1, 1
      from generate_series(1, 20000) n;
      analyze events;
    `);
    const plans = await explainQueries(() =>
      listEvents(database, {
        from: Date.now(),
        organizerId: null,
        onlyAvailable: true,
        after: { date: Date.now() + 3_600_000, id: randomUUID() },
        limit: 20,
      }),
    );
    expect(plans).toHaveLength(1);
    expect(plans[0]).toContain('Index Scan using ix_events_available_date');
    expect(plans[0]).not.toContain('Sort');
    // Twenty rows and one more are read, not the thousand that have seats.
    expect(plans[0]).toMatch(/Index Scan using ix_events_available_date .*rows=21\b/);
    await database.pool.query(`delete from events where organizer_id = 'many'`);
  });
});

describe('bookings', () => {
  test('of a user come newest first, of all events, in pages', async () => {
    const userId = `user-${randomUUID()}`;
    const bookingIds: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      const reserve = reserveBy(userId);
      bookingIds.push(reserve.bookingId);
      await give(database, await eventOnSale(database), reserve);
    }
    const pages = await readAll((after: { id: string; eventId: string } | null) =>
      listBookingsOfUser(database, { userId, after, limit: 2 }),
    );
    expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
    expect(pages.flat().map((booking) => booking.id)).toEqual(bookingIds.toSorted().toReversed());
  });

  test('of an event come in the order of their ids, in pages', async () => {
    const eventId = await eventOnSale(database);
    await commit(
      database,
      eventId,
      ['ann', 'bob', 'cat'].map((user) => reserveBy(user)),
    );
    const pages = await readAll((after: string | null) =>
      listBookingsOfEvent(database, { eventId, after, limit: 2 }),
    );
    expect(pages.map((page) => page.length)).toEqual([2, 1]);
    const ids = pages.flat().map((booking) => booking.id);
    expect(ids).toEqual(ids.toSorted());
  });

  test('are read as of now: a lapsed hold is expired, swept or not', async () => {
    const eventId = await eventOnSale(database);
    const reserve = reserveBy('ann');
    await give(database, eventId, reserve);
    await lapseHolds(database, eventId);
    const { bookingId } = reserve;
    expect(await findBooking(database, { eventId, bookingId })).toMatchObject({
      status: 'expired',
    });
    const { items } = await listBookingsOfEvent(database, { eventId, after: null, limit: 1 });
    expect(items).toMatchObject([{ status: 'expired' }]);
    expect(await findEventsWithLapsedHolds(database, { limit: 1_000 })).toContain(eventId);
  });

  test('and events that are not there are null', async () => {
    expect(await findEvent(database, randomUUID())).toBeNull();
    const missing = { eventId: randomUUID(), bookingId: randomUUID() };
    expect(await findBooking(database, missing)).toBeNull();
  });
});

/** Runs this, and gives the plan of every statement that PostgreSQL saw meanwhile. */
async function explainQueries(run: () => Promise<unknown>): Promise<string[]> {
  const plans: string[] = [];
  const query = database.pool.query.bind(database.pool);
  const seen: { text: string; values: unknown[] }[] = [];
  Object.assign(database.pool, {
    query: (config: { text: string; values: unknown[] }) => {
      seen.push(config);
      return query(config);
    },
  });
  await run();
  Object.assign(database.pool, { query });
  for (const { text, values } of seen) {
    const { rows } = await query<{ 'QUERY PLAN': string }>(`explain analyze ${text}`, values);
    plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
  }
  return plans;
}
