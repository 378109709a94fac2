import type { Instant } from '@holdfast/domain';

/** A part of a longer list, and where the rest begins. `next` is null at its end. */
export interface Page<T, C> {
  readonly items: readonly T[];
  readonly next: C | null;
}

/** Makes a page. One row more than asked for was read: it tells whether there is a next page. */
export function pageOf<T, C>(
  rows: readonly T[],
  limit: number,
  cursorOf: (last: T) => C,
): Page<T, C> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? cursorOf(last) : null };
}

/** The lowest and the highest id there can be. Nothing has them. */
export const [lowestId, highestId] = [
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
];

export const beforeAllDates: Instant = -8.64e12;
