import type { Page } from '@holdfast/data';

const pageCountMax = 200;

/** Reads page after page to the end; bounded. */
export async function readAll<T, C>(
  page: (after: C | null) => Promise<Page<T, C>>,
): Promise<T[][]> {
  const pages: T[][] = [];
  let after: C | null = null;
  for (let count = 0; count < pageCountMax; count += 1) {
    const { items, next }: Page<T, C> = await page(after);
    pages.push([...items]);
    if (next === null) return pages;
    after = next;
  }
  throw new Error('The pages do not end.');
}
