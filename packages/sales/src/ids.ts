import { InvalidInput } from '@holdfast/domain';

/** An id as a caller gives it. */
export type GivenId = string | number | bigint;

const integerTypes: readonly string[] = ['smallint', 'integer', 'bigint'];
const textTypes: readonly string[] = ['text', 'character varying'];

/** The types that an id column may have, as PostgreSQL names them. */
export const idTypes: readonly string[] = [...integerTypes, 'uuid', ...textTypes];

/** Bits of each, its sign included. */
const bitCounts: Readonly<Record<string, number>> = { smallint: 16, integer: 32, bigint: 64 };

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const integer = /^-?\d{1,19}$/;

/**
 * The one spelling of an id, as PostgreSQL gives it back: `7n`, `7` and `'007'` are one id of a
 * `bigint` column.
 *
 * @throws InvalidInput where it can be no id of this type. Nothing is asked then.
 * @example canonicalId('itemId', 7n, 'bigint') // '7'
 */
export function canonicalId(field: string, id: GivenId | undefined, type: string): string {
  const text = String(id);
  if (integerTypes.includes(type)) return canonicalInteger(field, id, type);
  if (type === 'uuid') {
    if (uuid.test(text)) return text.toLowerCase();
    throw new InvalidInput(field, `must be a uuid, since its column is of that type.`);
  }
  if (typeof id === 'string' && text !== '' && !text.includes('\0')) return text;
  throw new InvalidInput(field, 'must be a text of at least 1 character, without a NUL.');
}

function canonicalInteger(field: string, id: GivenId | undefined, type: string): string {
  const isExact = typeof id !== 'number' || Number.isSafeInteger(id);
  const text = String(id);
  if (isExact && integer.test(text)) {
    const value = BigInt(text);
    const bits = bitCounts[type] ?? 64;
    if (BigInt.asIntN(bits, value) === value) return String(value);
  }
  throw new InvalidInput(field, `must be a whole number that fits its column's type, ${type}.`);
}
