import type { Example } from './example.ts';

/** The examples, by the name that `pnpm example` takes. */
export const examples = {
  restaurant: () => import('@holdfast/example-restaurant/storm'),
  shop: () => import('@holdfast/example-shop/storm'),
} satisfies Readonly<Record<string, () => Promise<Example>>>;

export type ExampleName = keyof typeof examples;

/** @example isExampleName('restaurant') // true */
export function isExampleName(name: string): name is ExampleName {
  return Object.hasOwn(examples, name);
}
