/** Some parts of something. What is left out, or `undefined`, stays as it is. */
export type Changes<T> = { readonly [Key in keyof T]?: T[Key] | undefined };

/**
 * The same thing with these parts changed. What is no part of it is left out.
 *
 * @example changed({ a: 1, b: 2 }, { b: 3 }) // { a: 1, b: 3 }
 */
export function changed<T extends object>(before: T, changes: Changes<T> | null): T {
  const given = Object.entries<unknown>(changes ?? {}).filter(
    ([name, part]) => part !== undefined && Object.hasOwn(before, name),
  );
  return { ...before, ...Object.fromEntries(given) };
}
