import { InvalidInput } from '@holdfast/sales';
import type { Pool } from 'pg';
import { checkOpeningHours, type OpeningHours } from './hours/opening-hours.ts';
import { checkTimeZone } from './hours/time-zone.ts';
import { partySizeMax } from './sales-tables.ts';

/** A restaurant as its owner describes it. */
export interface NewRestaurant {
  readonly name: string;
  readonly timeZone: string;
  readonly openingHours: readonly OpeningHours[];
  readonly tables: readonly { readonly name: string; readonly seats: number }[];
  /** From one time on the clock to the next. Default 30. */
  readonly slotMinutes?: number;
  /** How long guests stay who say nothing else. Default 120. */
  readonly sittingMinutes?: number;
  /** Guests may cancel until so long before. Default 120. */
  readonly cancelUntilMinutes?: number;
}

/**
 * Writes down a restaurant with its tables and opening hours.
 *
 * @throws InvalidInput, which names the field and the fix; nothing is written then.
 * @example
 * const id = await createRestaurant(pool, {
 *   name: 'Adler', timeZone: 'Europe/Berlin', tables: [{ name: 'Window', seats: 4 }],
 *   openingHours: [{ weekday: 'friday', opens: '18:00', closes: '02:00' }],
 * });
 */
export async function createRestaurant(pool: Pool, given: NewRestaurant): Promise<number> {
  const { slotMinutes = 30, sittingMinutes = 120, cancelUntilMinutes = 120 } = given;
  checkTimeZone('timeZone', given.timeZone);
  checkOpeningHours(given.openingHours);
  checkQuarters('slotMinutes', slotMinutes, 240);
  checkQuarters('sittingMinutes', sittingMinutes, 480);
  checkWhole('cancelUntilMinutes', cancelUntilMinutes, [0, 100_000]);
  checkTables(given.tables);
  const { rows } = await pool.query<{ id: number }>(insertRestaurant, [
    given.name,
    given.timeZone,
    slotMinutes,
    sittingMinutes,
    cancelUntilMinutes,
    given.openingHours.map(({ weekday }) => weekday),
    given.openingHours.map(({ opens }) => opens),
    given.openingHours.map(({ closes }) => closes),
    given.tables.map(({ name }) => name),
    given.tables.map(({ seats }) => seats),
  ]);
  const [row] = rows;
  if (row === undefined) throw new Error('PostgreSQL answered an insert with no row.');
  return row.id;
}

/** One statement, so all of it or nothing. */
const insertRestaurant = `
  with made as (
    insert into restaurant.restaurants (name, time_zone, slot_minutes, sitting_minutes, cancel_until_minutes)
    values ($1, $2, $3, $4, $5) returning id
  ), hours as (
    insert into restaurant.opening_hours (restaurant_id, weekday, opens, closes)
    select made.id, h.* from made, unnest($6::text[], $7::time[], $8::time[]) as h
  ), tables as (
    insert into restaurant.tables (restaurant_id, name, seats)
    select made.id, t.* from made, unnest($9::text[], $10::int[]) as t
  )
  select id from made`;

function checkTables(tables: NewRestaurant['tables']): void {
  if (tables.length === 0) throw new InvalidInput('tables', 'is empty: give at least one table.');
  for (const [place, { name, seats }] of tables.entries()) {
    checkWhole(`tables[${place}].seats`, seats, [1, partySizeMax]);
    const other = tables.findIndex((table) => table.name === name);
    if (other === place) continue;
    throw new InvalidInput(
      `tables[${place}].name`,
      `is ${JSON.stringify(name)}, as tables[${other}] is called: give each a name of its own.`,
    );
  }
}

/** @throws InvalidInput */
export function checkWhole(
  field: string,
  value: number,
  [min, max]: readonly [min: number, max: number],
): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new InvalidInput(field, `is ${value}: give a whole number from ${min} to ${max}.`);
}

/**
 * Tables are kept by the quarter of an hour.
 *
 * @throws InvalidInput
 */
export function checkQuarters(field: string, minutes: number, max: number): void {
  if (Number.isInteger(minutes / 15) && minutes >= 15 && minutes <= max) return;
  throw new InvalidInput(
    field,
    `is ${minutes}: give quarters of an hour, from 15 to ${max} minutes.`,
  );
}
