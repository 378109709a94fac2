/** How a field of a procedure is called on the wire. */
export type Spell = (field: string) => string;

/** As the procedure itself calls it. */
export const asItIs: Spell = (field) => field;

/** What the guide has another word for. */
const guideWords: ReadonlyMap<string, string> = new Map([
  ['id', 'booking_id'],
  ['quantity', 'seat_count'],
]);

/**
 * As the guide calls it.
 *
 * @example asTheGuide('eventId') // 'event_id'
 * @example asTheGuide('quantity') // 'seat_count'
 */
export const asTheGuide: Spell = (field) =>
  guideWords.get(field) ?? field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/**
 * The same under the names of the wire, however deep.
 *
 * @example spelled({ id: 'a', expiresInMs: 1 }, asTheGuide) // { booking_id: 'a', expires_in_ms: 1 }
 */
export function spelled<T>(value: T, spell: Spell): T {
  if (spell === asItIs || typeof value !== 'object' || value === null) return value;
  // What is inside keeps its form: only names change, which no type here speaks of.
  /* oxlint-disable typescript/no-unsafe-type-assertion */
  if (Array.isArray(value)) return value.map((each: unknown) => spelled(each, spell)) as T;
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([field, each]) => [spell(field), spelled(each, spell)]),
  ) as T;
  /* oxlint-enable typescript/no-unsafe-type-assertion */
}
