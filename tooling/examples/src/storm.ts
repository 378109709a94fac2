import type { Errand } from './errand.ts';
import type { ExampleName } from './examples.ts';

/** Which example, how many users, in how many processes. */
export interface Storm {
  readonly name: ExampleName;
  readonly userCount: number;
  readonly processCount: number;
  readonly seed: number;
}

/** @example sharesOf({ userCount: 5, processCount: 2 }) // [{ userMin: 0, userCount: 3 }, { userMin: 3, userCount: 2 }] */
export function sharesOf({
  userCount,
  processCount,
}: Pick<Storm, 'userCount' | 'processCount'>): readonly Errand['share'][] {
  const end = (place: number) => Math.ceil((userCount * place) / processCount);
  return Array.from({ length: processCount }, (_, place) => ({
    userMin: end(place),
    userCount: end(place + 1) - end(place),
  }));
}
