import type { FoundSlot, FreeTable } from './find-tables.ts';

/** A table for a party, as long as it stays. */
interface Sitting {
  readonly tableId: number;
  readonly comesAt: number;
  readonly goesAt: number;
}

/**
 * Gives each party the best table that none of those before it was given for an overlapping time. `null`:
 * all its tables were given away just now, and it has to wait for what becomes of them.
 *
 * @example giveTables([found, other]) // [{ id: 3, hasLapsedHold: false }, null]
 */
export function giveTables(
  parties: readonly Pick<FoundSlot, 'comesAt' | 'goesAt' | 'tables'>[],
): readonly (FreeTable | null)[] {
  const given: Sitting[] = [];
  return parties.map(({ comesAt, goesAt, tables }) => {
    const isFree = ({ id }: FreeTable) =>
      !given.some(
        (sitting) => sitting.tableId === id && sitting.comesAt < goesAt && comesAt < sitting.goesAt,
      );
    const table = tables.find(isFree) ?? null;
    if (table !== null) given.push({ tableId: table.id, comesAt, goesAt });
    return table;
  });
}
