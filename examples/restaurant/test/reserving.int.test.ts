import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import {
  createRestaurant,
  laySlots,
  type OpenRestaurant,
  openRestaurant,
} from '@holdfast/example-restaurant';
import type { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  type Adler,
  alwaysOpen,
  brokenRules,
  type Given,
  guest,
  inHours,
  openAdler,
  openDatabase,
} from './adler.ts';

let pool: Pool;
const opened: OpenRestaurant[] = [];

async function open(given?: Given): Promise<Adler> {
  const adler = await openAdler(pool, given);
  opened.push(adler.restaurant);
  return adler;
}

beforeAll(async () => {
  ({ pool } = await openDatabase());
});

afterEach(async () => {
  const broken = await brokenRules(pool);
  if (broken.length > 0) throw new Error(broken.join('\n'));
  await Promise.all(opened.splice(0).map((restaurant) => restaurant.close()));
});

afterAll(() => pool.end());

test('a party has the smallest table that seats it, and the next larger one where that is taken', async () => {
  const { restaurant } = await open();
  const [first, second, third] = [guest('ann', 2), guest('ben', 2), guest('cem', 1)];
  expect(await restaurant.book(first)).toMatchObject({ status: 'confirmed', table: 'Window' });
  expect(await restaurant.book(second)).toMatchObject({ status: 'confirmed', table: 'Corner' });
  expect(await restaurant.book(third)).toMatchObject({ status: 'refused', reason: 'no_table' });
});

test('a party larger than every table is told how large the largest is', async () => {
  const { restaurant } = await open();
  expect(await restaurant.book(guest('ann', 5))).toEqual({
    status: 'refused',
    reason: 'party_too_large',
    message: 'The largest table has 4 seats.',
  });
});

test('a sitting keeps its table from the ones that overlap it, and not from the next, whatever the offset', async () => {
  const { restaurant } = await open({ tables: [{ name: 'Window', seats: 2 }] });
  const at = (hours: number) => new Date(Date.parse(inHours(24)) + hours * 3_600_000);
  // The same moment, as clocks in other places show it.
  const shown = (moment: Date, offset: number) => {
    const sign = offset < 0 ? '-' : '+';
    const hours = String(Math.abs(offset)).padStart(2, '0');
    const local = new Date(moment.getTime() + offset * 3_600_000).toISOString().slice(0, 16);
    return `${local}${sign}${hours}:00`;
  };
  const book = async (guestId: string, when: string) => {
    const outcome = await restaurant.book(guest(guestId, 2, when));
    return outcome.status === 'refused' ? outcome.reason : outcome.status;
  };
  expect(await book('ann', shown(at(0), 9))).toBe('confirmed');
  expect(await book('ben', shown(at(1.5), -5))).toBe('no_table');
  expect(await book('cem', shown(at(-1.5), 2))).toBe('no_table');
  expect(await book('dan', shown(at(2), -11))).toBe('confirmed');
  expect(await book('eva', shown(at(-2), 13))).toBe('confirmed');
});

test('guests who stay shorter leave the table to others sooner', async () => {
  const { restaurant } = await open({ tables: [{ name: 'Window', seats: 2 }] });
  const at = inHours(24);
  const later = `${new Date(Date.parse(at) + 1_800_000).toISOString().slice(0, 16)}Z`;
  const short = await restaurant.book({ ...guest('ann', 2, at), sittingMinutes: 30 });
  expect(short).toMatchObject({ status: 'confirmed', until: new Date(later) });
  expect(await restaurant.book(guest('ben', 2, later))).toMatchObject({ status: 'confirmed' });
});

test('a slot takes no more guests than the kitchen can, though tables are free', async () => {
  const { restaurant } = await open({ guestCountMax: 3 });
  expect(await restaurant.book(guest('ann', 2))).toMatchObject({ status: 'confirmed' });
  const refused = { status: 'refused', reason: 'fully_booked' };
  expect(await restaurant.book(guest('ben', 2))).toMatchObject(refused);
  expect(await restaurant.book(guest('cem', 1))).toMatchObject({ status: 'confirmed' });
});

test('a retry has one effect, also where the first was cancelled, or asks for a time that has no slot', async () => {
  const { restaurant } = await open();
  const asked = guest('ann', 2);
  const first = await restaurant.book(asked);
  expect(await restaurant.book(asked)).toEqual(first);
  expect(await restaurant.book({ ...asked, at: inHours(26) })).toMatchObject({
    reason: 'id_taken',
  });
  expect(await restaurant.book({ ...asked, guestId: 'ben' })).toMatchObject({ reason: 'id_taken' });
  await restaurant.cancel({ ...asked, by: 'guest' });
  expect(await restaurant.book(asked)).toMatchObject({ status: 'cancelled' });
  const { rows } = await pool.query('select id from restaurant.reservations where id = $1', [
    asked.id,
  ]);
  expect(rows).toHaveLength(1);
});

test('one guest has one table at a time of the day, however often the button was pressed', async () => {
  const { restaurant } = await open();
  const outcomes = await Promise.all(
    Array.from({ length: 10 }, () => restaurant.book(guest('ann', 2))),
  );
  expect(outcomes.filter(({ status }) => status === 'confirmed')).toHaveLength(1);
  const again = await restaurant.book(guest('ann', 2));
  expect(again).toMatchObject({ reason: 'already_reserved' });
});

test('a hold keeps the table for its guest, who makes a reservation of it', async () => {
  const { restaurant } = await open({ tables: [{ name: 'Window', seats: 2 }] });
  const asked = guest('ann', 2);
  const hold = await restaurant.hold(asked);
  expect(hold).toMatchObject({ status: 'held', table: 'Window', heldUntil: expect.any(Date) });
  expect(await restaurant.book(guest('ben', 2))).toMatchObject({ reason: 'no_table' });
  expect(await restaurant.confirm({ id: asked.id, guestId: 'ben' })).toMatchObject({
    reason: 'reservation_not_found',
  });
  expect(await restaurant.confirm(asked)).toMatchObject({ status: 'confirmed', table: 'Window' });
});

test('the table of a hold that lapsed is there for the next, also where nobody swept', async () => {
  const tables = [{ name: 'Window', seats: 2 }];
  const { restaurant } = await open({ tables, holdDurationMs: 50 });
  const late = guest('ann', 2);
  expect(await restaurant.hold(late)).toMatchObject({ status: 'held' });
  await setTimeout(100);
  // Another time of the day, whose sitting overlaps: the sales of that slot know nothing of the hold.
  const next = guest('ben', 2, inHours(25));
  expect(await restaurant.book(next)).toMatchObject({ status: 'confirmed' });
  expect(await restaurant.confirm(late)).toMatchObject({ reason: 'hold_lapsed' });
});

test('a reservation can be cancelled up to the limit, and then no more, in words; by staff at any time', async () => {
  const { restaurant } = await open();
  const [early, late] = [guest('ann', 2, inHours(3)), guest('ben', 2, inHours(1.9))];
  for (const asked of [early, late]) await restaurant.book(asked);
  expect(await restaurant.cancel({ ...early, by: 'guest' })).toMatchObject({ status: 'cancelled' });
  const refused = await restaurant.cancel({ ...late, by: 'guest' });
  expect(refused).toMatchObject({ status: 'refused', reason: 'too_late_to_cancel' });
  expect(refused).toMatchObject({
    message: expect.stringMatching(/^It could be cancelled until .+ Please call the restaurant\.$/),
  });
  expect(await restaurant.cancel({ ...late, by: 'staff' })).toMatchObject({ status: 'cancelled' });
});

test('a retry of a cancellation that was in time is told that it was cancelled, though the limit has passed', async () => {
  const { restaurant, restaurantId } = await open();
  const asked = guest('ann', 2, inHours(3));
  await restaurant.book(asked);
  await restaurant.cancel({ ...asked, by: 'guest' });
  await pool.query('update restaurant.restaurants set cancel_until_minutes = 1000 where id = $1', [
    restaurantId,
  ]);
  expect(await restaurant.cancel({ ...asked, by: 'guest' })).toMatchObject({ status: 'cancelled' });
});

test('a form that is given up frees the table at any time', async () => {
  const { restaurant } = await open();
  const asked = guest('ann', 2, inHours(1));
  await restaurant.hold(asked);
  expect(await restaurant.cancel({ ...asked, by: 'guest' })).toMatchObject({ status: 'cancelled' });
});

test('nobody learns of or changes the reservation of another', async () => {
  const { restaurant } = await open();
  const asked = guest('ann', 2, inHours(1));
  await restaurant.book(asked);
  const notFound = { reason: 'reservation_not_found', message: 'You have no such reservation.' };
  const foreign = { id: asked.id, guestId: 'ben' };
  expect(await restaurant.cancel({ ...foreign, by: 'guest' })).toMatchObject(notFound);
  expect(await restaurant.cancel({ ...foreign, id: randomUUID(), by: 'guest' })).toMatchObject(
    notFound,
  );
});

test('a party at the door is seated now, where nobody sits or comes before it goes', async () => {
  const { restaurant } = await open();
  const soon = await restaurant.book(guest('ann', 4, inHours(1)));
  expect(soon).toMatchObject({ status: 'confirmed', table: 'Corner' });
  const walkIn = { id: randomUUID(), partySize: 2 };
  const seated = await restaurant.seatWalkIn(walkIn);
  expect(seated).toMatchObject({ status: 'confirmed', table: 'Window' });
  expect(await restaurant.seatWalkIn(walkIn)).toEqual(seated);
  expect(await restaurant.seatWalkIn({ id: randomUUID(), partySize: 2 })).toMatchObject({
    reason: 'no_table',
  });
});

test('nobody is seated at a time that has passed, that is no slot, or so long that it would close', async () => {
  const { restaurant, restaurantId } = await open();
  expect(await restaurant.book(guest('ann', 2, inHours(-1)))).toMatchObject({
    reason: 'slot_passed',
  });
  const crooked = inHours(24).replace(/\d\dZ$/, '07Z');
  expect(await restaurant.book(guest('ann', 2, crooked))).toMatchObject({ reason: 'not_open' });
  await pool.query(
    `update restaurant.time_slots set closes_at = starts_at + interval '40 minutes'
     where restaurant_id = $1`,
    [restaurantId],
  );
  const long = await restaurant.book(guest('ann', 2));
  expect(long).toMatchObject({
    reason: 'past_closing',
    message: expect.stringContaining('at most 40'),
  });
});

test('the next process has the same tables', async () => {
  const { restaurant, restaurantId } = await open({ tables: [{ name: 'Window', seats: 2 }] });
  const other = await openRestaurant({ pool, restaurantId });
  await restaurant.book(guest('ann', 2));
  expect(await other.book(guest('ben', 2))).toMatchObject({ reason: 'no_table' });
  await other.close();
});

test.each([
  ['partySize', { partySize: 0 }],
  ['partySize', { partySize: 1.5 }],
  ['id', { id: 'seven' }],
  ['guestId', { guestId: '' }],
  ['at', { at: 'tonight' }],
  ['sittingMinutes', { sittingMinutes: 5 }],
  ['sittingMinutes', { sittingMinutes: 40 }],
])(
  'bad input is refused by the name of its field, and nothing is written: %s',
  async (field, wrong) => {
    const { restaurant, restaurantId } = await open();
    await expect(restaurant.book({ ...guest('ann', 2), ...wrong })).rejects.toMatchObject({
      name: 'InvalidInput',
      field,
    });
    const { rows } = await pool.query(
      `select r.id from restaurant.reservations r join restaurant.tables t on t.id = r.table_id
     where t.restaurant_id = $1`,
      [restaurantId],
    );
    expect(rows).toEqual([]);
  },
);

test.each([
  ['timeZone', { timeZone: 'Europe/Nowhere' }],
  ['openingHours[1]', { openingHours: [...alwaysOpen.slice(0, 1), ...alwaysOpen.slice(0, 1)] }],
  ['tables', { tables: [] }],
  [
    'tables[1].name',
    {
      tables: [
        { name: 'Window', seats: 2 },
        { name: 'Window', seats: 4 },
      ],
    },
  ],
  ['tables[0].seats', { tables: [{ name: 'Window', seats: 0 }] }],
  ['slotMinutes', { slotMinutes: 0 }],
])(
  'a restaurant is refused by the name of the wrong field, and nothing is written: %s',
  async (field, wrong) => {
    const name = `wrong ${field}`;
    const described = {
      name,
      timeZone: 'UTC',
      openingHours: alwaysOpen,
      tables: [{ name: 'Window', seats: 2 }],
    };
    await expect(createRestaurant(pool, { ...described, ...wrong })).rejects.toMatchObject({
      field,
    });
    const { rows } = await pool.query('select id from restaurant.restaurants where name = $1', [
      name,
    ]);
    expect(rows).toEqual([]);
  },
);

test('slots are laid once, however often, and none over another where the grid was changed', async () => {
  const { restaurantId } = await open();
  const days = { restaurantId, from: '2030-03-01', dayCount: 3 };
  expect(await laySlots(pool, days)).toEqual({ addedCount: 144 });
  expect(await laySlots(pool, days)).toEqual({ addedCount: 0 });
  await pool.query('update restaurant.restaurants set slot_minutes = 45 where id = $1', [
    restaurantId,
  ]);
  expect(await laySlots(pool, days)).toEqual({ addedCount: 0 });
});

test('the hour that comes twice has two tables, one after the other, in one restaurant', async () => {
  const restaurantId = await createRestaurant(pool, {
    name: 'Nachteule',
    timeZone: 'Europe/Berlin',
    openingHours: [{ weekday: 'saturday', opens: '20:00', closes: '05:00' }],
    tables: [{ name: 'Bar', seats: 2 }],
    sittingMinutes: 60,
  });
  // The last Sunday of October, whichever year it is.
  const day = new Date(Date.UTC(new Date().getUTCFullYear() + 1, 9, 31));
  day.setUTCDate(31 - day.getUTCDay());
  const sunday = day.toISOString().slice(0, 10);
  const saturday = new Date(day.getTime() - 86_400_000).toISOString().slice(0, 10);
  await laySlots(pool, { restaurantId, from: saturday, dayCount: 1 });
  const restaurant = await openRestaurant({ pool, restaurantId });
  opened.push(restaurant);
  const book = async (at: string) => await restaurant.book(guest(randomUUID(), 2, at));
  const first = await book(`${sunday}T02:30+02:00`);
  const second = await book(`${sunday}T02:30+01:00`);
  expect([first.status, second.status]).toEqual(['confirmed', 'confirmed']);
  expect(await book(`${sunday}T01:00Z`)).toMatchObject({ reason: 'no_table' });
  await expect(book(`${sunday}T02:30`)).rejects.toMatchObject({ field: 'at' });
});
