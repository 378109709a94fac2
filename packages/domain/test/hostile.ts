import fc from 'fast-check';

/** What comes out of drivers, forms and slips of the pen where a number or a text should be. */
export const hostileValues: readonly unknown[] = [
  '5',
  ' 7 ',
  '',
  'abc',
  '2026-11-26T19:00:00Z',
  Number.NaN,
  Infinity,
  -Infinity,
  -1,
  0,
  1.5,
  2 ** 53,
  1e300,
  5n,
  undefined,
  null,
  true,
  new Date(0),
  Symbol('5'),
  () => 5,
  [],
  [5],
  {},
  { valueOf: () => 5 },
  '__proto__',
  'constructor',
];

export const hostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(...hostileValues),
  fc.anything({ withBigInt: true, withDate: true, withMap: true }),
);

type Path = readonly (string | number)[];

/** Where everything in it is: each object, each array and each leaf, but for the root. */
export function pathsIn(value: unknown, path: Path = []): readonly Path[] {
  const own = path.length === 0 ? [] : [path];
  if (typeof value !== 'object' || value === null) return own;
  const keys = Array.isArray(value) ? value.keys() : Object.keys(value);
  return [...own, ...[...keys].flatMap((key) => pathsIn((value as never)[key], [...path, key]))];
}

/** A copy with something else at that place. */
export function replaced<T>(whole: T, path: Path, value: unknown): T {
  const [key, ...rest] = path;
  if (key === undefined) return value as T;
  const copy = (Array.isArray(whole) ? [...whole] : { ...whole }) as Record<
    string | number,
    unknown
  >;
  copy[key] = replaced(copy[key], rest, value);
  return copy as T;
}

/** How an error names a place: `orders[0].quantity`. */
export function named(path: Path): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`))
    .join('')
    .slice(1);
}

const isNumberOf = /(Change|Min|Max|Ms|At|quantity|ordinal|total|available|held|version|date)$/;

/** The places of what should be a whole number, and is none. */
export function nonNumbersIn(value: unknown, path = ''): readonly string[] {
  if (value instanceof Map) return nonNumbersIn(Object.fromEntries(value), path);
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, each]) => nonNumbersIn(each, `${path}.${key}`));
  }
  if (Number.isSafeInteger(value)) return [];
  const isMeantAsNone = value === null;
  return typeof value === 'number' || (isNumberOf.test(path) && !isMeantAsNone) ? [path] : [];
}
