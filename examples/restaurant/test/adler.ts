import { randomUUID } from 'node:crypto';
import { freshDatabase } from '@holdfast/testing';
import {
  audit,
  createRestaurant,
  laySlots,
  migrate,
  type NewRestaurant,
  type OpenRestaurant,
  openRestaurant,
} from '@holdfast/example-restaurant';
import { Pool } from 'pg';

/** A restaurant that never closes, so that tests may run at any hour. */
export interface Adler {
  readonly restaurantId: number;
  readonly restaurant: OpenRestaurant;
}

const weekdays = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;

export const alwaysOpen = weekdays.map((weekday) => ({ weekday, opens: '00:00', closes: '00:00' }));

export interface Given {
  readonly tables?: NewRestaurant['tables'];
  readonly cancelUntilMinutes?: number;
  readonly guestCountMax?: number;
  readonly holdDurationMs?: number;
}

const twoTables = [
  { name: 'Window', seats: 2 },
  { name: 'Corner', seats: 4 },
];

const dayMs = 86_400_000;

/** A database with the restaurant's tables, and none of its rows. */
export async function openDatabase(): Promise<{ readonly url: string; readonly pool: Pool }> {
  const url = await freshDatabase();
  await migrate(url);
  return { url, pool: new Pool({ connectionString: url, max: 5 }) };
}

/** A restaurant of its own, with slots from yesterday until the day after tomorrow. */
export async function openAdler(pool: Pool, given: Given = {}): Promise<Adler> {
  const { tables = twoTables, cancelUntilMinutes = 120, guestCountMax, holdDurationMs } = given;
  const restaurantId = await createRestaurant(pool, {
    name: 'Adler',
    timeZone: 'UTC',
    openingHours: alwaysOpen,
    tables,
    cancelUntilMinutes,
  });
  const days = { from: new Date(Date.now() - dayMs).toISOString().slice(0, 10), dayCount: 4 };
  await laySlots(pool, { restaurantId, ...days, ...(guestCountMax && { guestCountMax }) });
  const options = { pool, restaurantId, ...(holdDurationMs && { holdDurationMs }) };
  return { restaurantId, restaurant: await openRestaurant(options) };
}

/** The rules that are broken, by name. */
export async function brokenRules(pool: Pool): Promise<readonly string[]> {
  return (await audit(pool)).filter(({ count }) => count > 0).map(({ rule }) => rule);
}

const slotMs = 1_800_000;

/** The slot that begins so many hours from now, or up to half an hour sooner: `2026-12-24T19:00Z`. */
export function inHours(hours: number): string {
  const moment = Math.floor((Date.now() + hours * 3_600_000) / slotMs) * slotMs;
  return `${new Date(moment).toISOString().slice(0, 16)}Z`;
}

export function guest(guestId: string, partySize: number, at = inHours(24)) {
  return { id: randomUUID(), guestId, partySize, at };
}
