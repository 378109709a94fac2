import type { Pool, PoolClient } from 'pg';

/** What counts of a plan as it ran, as PostgreSQL tells it. Each node tells of one loop. */
interface PlanNode {
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Join Filter'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** For the connections of a pool that `countPlanRows` is given: PostgreSQL tells them of every plan that it has run. */
export const explainingOptions = [
  'session_preload_libraries=auto_explain',
  'auto_explain.log_min_duration=0',
  'auto_explain.log_analyze=on',
  'auto_explain.log_timing=off',
  'auto_explain.log_format=json',
  'client_min_messages=log',
]
  .map((option) => `-c ${option}`)
  .join(' ');

/**
 * Counts the rows that the plans of a pool handle: what a statement costs, whatever the machine is doing.
 *
 * @param pool with `explainingOptions`, and not connected yet
 * @example
 * const rowsHandledBy = countPlanRows(new Pool({ connectionString, options: explainingOptions, max: 1 }));
 * const count = await rowsHandledBy(() => sales.book(claim));
 */
export function countPlanRows(pool: Pool): (work: () => Promise<unknown>) => Promise<number> {
  let handled = 0;
  pool.on('connect', (client: PoolClient) =>
    client.on('notice', ({ message = '' }) => {
      const [, json] = /plan:\n(\{[\s\S]*\})$/.exec(message) ?? [];
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- auto_explain's own words.
      if (json !== undefined) handled += rowsHandled((JSON.parse(json) as { Plan: PlanNode }).Plan);
    }),
  );
  return async (work) => {
    handled = 0;
    await work();
    return handled;
  };
}

function rowsHandled(node: PlanNode): number {
  const once =
    node['Actual Rows'] +
    (node['Rows Removed by Join Filter'] ?? 0) +
    (node['Rows Removed by Filter'] ?? 0);
  const below = (node.Plans ?? []).map(rowsHandled);
  return below.reduce((sum, count) => sum + count, once * node['Actual Loops']);
}
