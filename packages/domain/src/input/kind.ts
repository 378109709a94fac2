import { quantityMax } from '../event/capacity.ts';

/** What a value has to be. */
export interface Kind {
  readonly accepts: (value: unknown) => boolean;
  /** What the value must be, after "must be". */
  readonly expected: string;
  /** What to do about a value that is not that. */
  readonly fix: (value: unknown) => string;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** A count: how many pieces or seats there are, or how often something was changed. */
export const count: Kind = {
  accepts: isCount,
  expected: 'a whole number of at least 0',
  fix: fixOfNumber,
};

/** A quantity: how many somebody has, or may have. */
export const quantity: Kind = {
  accepts: (value) => isCount(value) && value >= 1 && value <= quantityMax,
  expected: `a whole number from 1 to ${quantityMax}`,
  fix: fixOfNumber,
};

/** A number that a user asks for. Any number passes: the rules refuse those that make no sense. */
export const askedNumber: Kind = {
  accepts: (value) => typeof value === 'number',
  expected: 'a number',
  fix: fixOfNumber,
};

/**
 * The last moment that a `Date` can tell. If a hold begins then, its end is still a whole number.
 */
const instantMax = 8_640_000_000_000_000;

export const instant: Kind = {
  accepts: (value) => Number.isInteger(value) && Math.abs(Number(value)) <= instantMax,
  expected: 'a whole number of milliseconds since 1970',
  fix: (value) => {
    if (isDate(value)) return 'convert it with .getTime()';
    const isWritten = typeof value === 'string' && !isNumeric(value);
    return isWritten ? 'convert it with Date.parse(…)' : fixOfNumber(value);
  },
};

/** A text that names something. */
export const name: Kind = {
  accepts: (value) => typeof value === 'string' && value !== '',
  expected: 'a text of at least 1 character',
  fix: fixOfText,
};

export const truth: Kind = {
  accepts: (value) => typeof value === 'boolean',
  expected: 'true or false',
  fix: fixOfAny,
};

/** A text that people read. */
export const text: Kind = {
  accepts: (value) => typeof value === 'string',
  expected: 'a text',
  fix: fixOfText,
};

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const object: Kind = {
  accepts: isObject,
  expected: 'an object',
  fix: () => 'give one',
};

export const list: Kind = {
  accepts: Array.isArray,
  expected: 'an array',
  fix: (value) => (isObject(value) ? 'give the rows of the answer' : 'give one'),
};

/** An array, the values of a Map, or anything else that can be iterated, but for a text. */
export const iterable: Kind = {
  accepts: (value) => typeof value === 'object' && value !== null && Symbol.iterator in value,
  expected: 'an array or another iterable',
  fix: list.fix,
};

/** One of these texts. */
export function oneOf(texts: readonly string[]): Kind {
  return {
    accepts: (value) => texts.some((each) => each === value),
    expected: `one of ${texts.join(', ')}`,
    fix: () => 'give one of these',
  };
}

/** Such a value, or null. */
export function orNull(kind: Kind): Kind {
  return {
    accepts: (value) => value === null || kind.accepts(value),
    expected: `${kind.expected}, or null`,
    fix: kind.fix,
  };
}

/** Such a value, or nothing at all. */
export function orLeftOut(kind: Kind): Kind {
  return { ...kind, accepts: (value) => value === undefined || kind.accepts(value) };
}

function fixOfNumber(value: unknown): string {
  if (typeof value === 'bigint') return 'convert it with Number(…)';
  if (typeof value === 'string' && isNumeric(value)) return 'convert it with Number(…)';
  if (Number.isNaN(value)) return 'look for what it was computed from';
  const hasFraction = Number.isFinite(value) && !Number.isInteger(value);
  return hasFraction ? 'round it with Math.floor(…)' : fixOfAny(value);
}

function fixOfText(value: unknown): string {
  const isNumber = typeof value === 'number' || typeof value === 'bigint';
  return isNumber ? 'convert it with String(…)' : fixOfAny(value);
}

function fixOfAny(value: unknown): string {
  return value === undefined ? 'add it, under this name' : 'give one';
}

function isNumeric(value: string): boolean {
  return value.trim() !== '' && Number.isFinite(Number(value));
}

/** The rules do not know the clock, so they do not know its class either. */
export function isDate(value: unknown): boolean {
  return Object.prototype.toString.call(value) === '[object Date]';
}
