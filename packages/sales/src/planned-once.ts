import { createHash } from 'node:crypto';
import type { Pool } from 'pg';

/**
 * `options` for a pool that is for sales alone: PostgreSQL plans each of their statements once a connection, and not
 * for each commit, which takes four times as long as the commit itself where that is of one claim. Such a plan stays while
 * tables grow, so it must not read a whole table, however small that is now.
 *
 * Only for a pool of their own: what else goes through it would be planned so, too.
 *
 * @example const pool = new Pool({ connectionString, options: plannedOnce })
 */
export const plannedOnce = '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off';

/** Are the connections of this pool told so, in whatever way? */
export async function isPlannedOnce(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query<{ isPlannedOnce: boolean }>(`
    select current_setting('plan_cache_mode') = 'force_generic_plan'
      and current_setting('enable_seqscan') = 'off' as "isPlannedOnce"`);
  return rows[0]?.isPlannedOnce ?? false;
}

/** A text, and the name under which PostgreSQL keeps its plan, if it does. */
export interface Statement {
  readonly text: string;
  readonly name?: string;
}

type Does = 'load' | 'write' | 'lock';

/** Equal texts have equal names, and other texts others: so several sales may share a pool. */
export function statementOf(does: Does, text: string, isKept: boolean): Statement {
  if (!isKept) return { text };
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 24);
  return { text, name: `holdfast_sales_${does}_${digest}` };
}
