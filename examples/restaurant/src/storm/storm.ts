import type { Pool } from 'pg';
import { createRestaurant } from '../create-restaurant.ts';
import { laySlots } from '../hours/lay-slots.ts';
import { weekdays } from '../hours/opening-hours.ts';
import { openRestaurant } from '../open-restaurant.ts';
import { type Random, type Told, visit } from './guests.ts';

/** How many tables have how many seats. */
const tablesBySeats = [
  [2, 12],
  [4, 16],
  [6, 8],
  [8, 4],
] as const;

/** Four turns of a sitting. In some slots the kitchen is full before the tables are. */
const startCount = 16;
const guestCountMax = 30;

/** A form that is given up frees its table while the storm is on. */
const holdDurationMs = 1_000;

const dayMs = 86_400_000;
const slotMinutes = 30;

/**
 * A restaurant that never closes, with slots for today and the days around it.
 *
 * @returns its id
 */
export async function furnish(pool: Pool): Promise<number> {
  const restaurantId = await createRestaurant(pool, {
    name: 'Adler',
    timeZone: 'Europe/Berlin',
    openingHours: weekdays.map((weekday) => ({ weekday, opens: '00:00', closes: '00:00' })),
    tables: tablesBySeats.flatMap(([seats, count]) =>
      Array.from({ length: count }, (_, place) => ({
        name: `${seats} seats, ${place + 1}`,
        seats,
      })),
    ),
    slotMinutes,
  });
  const from = new Date(Date.now() - dayMs).toISOString().slice(0, 10);
  await laySlots(pool, { restaurantId, from, dayCount: 4, guestCountMax });
  return restaurantId;
}

/** One process' share of the storm. */
export interface StormShare {
  readonly restaurantId: number;
  /** The first one's number: no other process has a guest of that number. */
  readonly guestMin: number;
  readonly guestCount: number;
  readonly random: Random;
}

/** Lets guests loose on the tables of one evening, all in the same instant, and says what each was told. */
export async function storm(
  pool: Pool,
  { restaurantId, guestMin, guestCount, random }: StormShare,
): Promise<readonly Told[]> {
  const restaurant = await openRestaurant({ pool, restaurantId, holdDurationMs });
  try {
    const starts = startsOfEvening();
    const guests = Array.from({ length: guestCount }, (_, place) =>
      visit(restaurant, { guestId: `guest ${guestMin + place}`, starts, random }),
    );
    return await Promise.all(guests);
  } finally {
    await restaurant.close();
  }
}

/** From an hour from now on. Some are too soon to be cancelled. */
function startsOfEvening(): readonly string[] {
  const slotMs = slotMinutes * 60_000;
  const first = Math.ceil(Date.now() / slotMs) + 2;
  return Array.from({ length: startCount }, (_, place) =>
    new Date((first + place) * slotMs).toISOString().replace(/:\d\d\.\d+Z$/, 'Z'),
  );
}
