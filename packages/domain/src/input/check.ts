import { InvalidInput } from './invalid-input.ts';
import { isDate, isObject, type Kind, list, object } from './kind.ts';

/** What each field of an object has to be. */
export type Kinds<T> = { readonly [Field in keyof T]-?: Kind };

/**
 * Is this value what it has to be?
 *
 * @throws InvalidInput which names the field, what came, and the fix.
 */
export function check(field: string, value: unknown, kind: Kind): void {
  if (!kind.accepts(value)) throw complaintOf(field, value, kind);
}

function complaintOf(field: string, value: unknown, kind: Kind): InvalidInput {
  const { expected, fix } = kind;
  return new InvalidInput(field, `must be ${expected}, but is ${shown(value)}: ${fix(value)}`);
}

/**
 * Is this an object, and is each of these fields what it has to be? Other fields are ignored.
 *
 * @throws InvalidInput
 * @example checkFields('capacity', capacity, { total: count, available: count, held: count })
 */
export function checkFields(
  field: string,
  value: unknown,
  kinds: Readonly<Record<string, Kind>>,
): void {
  if (!isObject(value)) throw complaintOf(field, value, object);
  for (const [name, kind] of Object.entries(kinds)) {
    if (!kind.accepts(value[name])) throw complaintOf(`${field}.${name}`, value[name], kind);
  }
}

/** Checks each of a list. @throws InvalidInput */
export function checkEach<T>(
  field: string,
  values: readonly T[],
  checkOne: (field: string, value: T) => void,
): void {
  check(field, values, list);
  for (const [index, value] of values.entries()) {
    checkOne(`${field}[${index}]`, value);
  }
}

/** As much of a text as a message needs to be understood. */
const shownLengthMax = 40;

/** A value as a sentence names it. */
function shown(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `the text ${JSON.stringify(value.slice(0, shownLengthMax))}`;
    case 'bigint':
      return `the bigint ${String(value).slice(0, shownLengthMax)}`;
    case 'number':
    case 'boolean':
    case 'undefined':
      return String(value);
    case 'object':
      return shownObject(value);
    case 'function':
    case 'symbol':
      return `a ${typeof value}`;
  }
}

function shownObject(value: object | null): string {
  if (value === null) return 'null';
  if (isDate(value)) return 'a Date';
  return Array.isArray(value) ? 'an array' : 'an object';
}
