/**
 * A script's reply, which must be a list.
 *
 * @throws TypeError for anything else: then the script at work is not the one of this version.
 */
function listOf(reply: unknown): readonly unknown[] {
  if (Array.isArray(reply)) return reply;
  throw new TypeError(`A script answered ${typeof reply} instead of a list.`);
}

/** @throws TypeError unless it is a list of numbers. */
export function numbersOf(reply: unknown): readonly number[] {
  return listOf(reply).map(numberOf);
}

/** @throws TypeError unless it is a number. */
function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  throw new TypeError(`A script answered ${typeof value} instead of a number.`);
}
