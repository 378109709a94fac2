import type { Random } from '@holdfast/command/random-from';

/** One of them. @throws Error where there is none */
export function oneOf<T>(random: Random, items: readonly T[]): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('There is nothing to choose from.');
  return item;
}
