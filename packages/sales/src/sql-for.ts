import type { SalesTables } from './options.ts';
import { indexOfLapses, requirementsOf } from './requirements.ts';

/**
 * The statements that a team's tables need, for its own migrations, beside the columns that they
 * have already. Leave out what is there: `openSales` says which of them is missing. Nothing is run.
 *
 * @example
 * console.log(sqlFor({ item, claim, policy }))
 * // alter table "shop"."products" add column "version" integer not null default 1;
 * // …
 */
export function sqlFor(tables: SalesTables): string {
  const statements = requirementsOf(tables).map(({ sql }) => sql);
  const forSpeed = indexOfLapses(tables);
  return [...statements, ...(forSpeed === null ? [] : [forSpeed])].join('\n');
}
