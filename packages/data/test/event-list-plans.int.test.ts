import { randomUUID } from 'node:crypto';
import { type Database, type ListEvents, listEvents, plansOf } from '@holdfast/data';
import { onOneServer } from '@holdfast/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openFresh } from './fixture.ts';

/** Of each kind. All come before what a list is to show. */
const crowdSize = 5_000;
const limit = 20;

/**
 * A page's rows lie anywhere in the table, and each index is a few levels high. Of each event that is
 * shown the holds that have lapsed are looked up.
 */
const bufferCountMax = 2 * (limit + 1) + 10;

let database: Database;
onOneServer('each node plans by itself, and what it plans is not told', () => {
  beforeAll(async () => {
    ({ database } = await openFresh());
  });
  afterAll(() => database.close());

  interface Crowd {
    /** SQL, of the row's number `n` where it is needed. */
    readonly date: string;
    readonly status?: string;
    readonly seats?: number;
    readonly opensAt?: string;
    readonly closesAt?: string;
  }

  async function insert({ date, status = 'on_sale', seats = 1, ...window }: Crowd): Promise<void> {
    const { opensAt = 'null', closesAt = 'null' } = window;
    const cancelledAt = status === 'cancelled' ? 'now()' : 'null';
    await database.pool.query(`
    insert into events (id, organizer_id, title, date, status, seat_count, available_seats, version,
      quantity_per_booking_max, active_bookings_per_user_max, hold_duration_ms,
      sale_opens_at, sale_closes_at, cancelled_at)
    select gen_random_uuid(), 'organizer', 'One of many', ${date}, '${status}', 1, ${seats}, 1,
      1, 1, 1, ${opensAt}, ${closesAt}, ${cancelledAt}
    from generate_series(1, ${crowdSize}) n`);
  }

  const past = `now() - n * interval '1 minute'`;
  const soon = `now() + n * interval '1 second'`;
  const later = `now() + interval '1 day' + n * interval '1 minute'`;

  async function plansOfList(more: Partial<ListEvents>) {
    const list = {
      from: null,
      organizerId: null,
      onlyAvailable: false,
      after: null,
      limit,
      ...more,
    };
    let shown = 0;
    const plans = await plansOf(database, async (noted) => {
      shown = (await listEvents(noted, list)).items.length;
    });
    expect(shown).toBe(limit);
    return plans;
  }

  const inADay = () => ({ date: Date.now() + 25 * 3_600_000, id: randomUUID() });

  const pages: readonly (readonly [string, () => Partial<ListEvents>])[] = [
    ['the first page', () => ({})],
    ['a page from a date on', () => ({ from: Date.now() + 60_000 })],
    ['a page further on', () => ({ after: inADay() })],
    ['a page further on from a date', () => ({ from: Date.now() + 60_000, after: inADay() })],
  ];

  describe('behind thousands that are over, sold out, drafts, closed or called off', () => {
    beforeAll(async () => {
      await insert({ date: past });
      await insert({ date: past, seats: 0 });
      await insert({ date: later, closesAt: later });
      await insert({ date: soon, seats: 0 });
      for (const status of ['closed', 'cancelled', 'draft']) await insert({ date: soon, status });
      await database.pool.query('vacuum analyze events');
    });

    describe.each(pages)('%s', (_, more) => {
      test('of what can be bought now reads its own rows and no others', async () => {
        const plans = await plansOfList({ onlyAvailable: true, ...more() });
        expect(plans).toHaveLength(2);
        for (const { text, bufferCount } of plans) {
          expect(text).toMatch(/Index Scan using ix_events_available_date .*actual.*rows=21/);
          expect(text).not.toMatch(/Sort|Removed by Filter/);
          expect(bufferCount).toBeLessThanOrEqual(bufferCountMax);
        }
      });

      test('of what is on sale reads its own rows, and passes by others in the index alone', async () => {
        for (const { text, bufferCount } of await plansOfList(more())) {
          expect(text).toMatch(/Index Scan using ix_events_date .*actual.*rows=21/);
          expect(text).not.toMatch(/Sort|Removed by Filter/);
          // A hundred entries and more of the index are on each of its pages.
          expect(bufferCount).toBeLessThanOrEqual(bufferCountMax + (3 * crowdSize) / 100);
        }
      });

      test("of an organizer's own reads its own rows", async () => {
        for (const { text, bufferCount } of await plansOfList({
          organizerId: 'organizer',
          ...more(),
        })) {
          expect(text).toMatch(/Index Scan using ix_events_organizer_date .*actual.*rows=21/);
          expect(text).not.toMatch(/Sort|Removed by Filter/);
          expect(bufferCount).toBeLessThanOrEqual(bufferCountMax);
        }
      });
    });
  });

  describe('behind thousands that are not open yet, or no longer, though they are on sale', () => {
    beforeAll(async () => {
      await insert({ date: soon, opensAt: later });
      await insert({ date: soon, closesAt: past });
      await database.pool.query('vacuum analyze events');
    });

    test('a page of what can be bought now passes them by in the index alone', async () => {
      for (const { text, bufferCount } of await plansOfList({ onlyAvailable: true })) {
        expect(text).toMatch(/Index Scan using ix_events_available_date .*actual.*rows=21/);
        expect(text).not.toMatch(/Sort|Removed by Filter/);
        expect(bufferCount).toBeLessThanOrEqual(bufferCountMax + (2 * crowdSize) / 80);
      }
    });
  });
});
