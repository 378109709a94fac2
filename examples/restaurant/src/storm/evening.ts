import type { Pool } from 'pg';
import { createRestaurant } from '../create-restaurant.ts';
import { laySlots } from '../hours/lay-slots.ts';
import { weekdays } from '../hours/opening-hours.ts';

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

const dayMs = 86_400_000;
const slotMinutes = 30;

/** A restaurant that never closes, with slots for today and the days around it. */
export async function furnish(pool: Pool): Promise<void> {
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
}

/** From an hour from now on. Some are too soon to be cancelled. */
export function startsOfEvening(): readonly string[] {
  const slotMs = slotMinutes * 60_000;
  const first = Math.ceil(Date.now() / slotMs) + 2;
  return Array.from({ length: startCount }, (_, place) =>
    new Date((first + place) * slotMs).toISOString().replace(/:\d\d\.\d+Z$/, 'Z'),
  );
}
