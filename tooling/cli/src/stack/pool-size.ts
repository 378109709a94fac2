import { countOf, UsageError } from '@holdfast/command';
import { withDatabase } from '../servers/database.ts';

/** What several api processes may take of one PostgreSQL. */
export interface PoolSizing {
  readonly processCount: number;
  /** Connections that PostgreSQL has for ordinary roles. */
  readonly connectionCountMax: number;
  /** Connections of each pool, as somebody has set them; `null`: nobody has. */
  readonly given: number | null;
}

/** The api's own default, and the least that it works with. */
const poolSizeDefault = 10;
const poolSizeMin = 2;

/** Beside its pool, each process hears the feed on one connection, and asks about readiness on another. */
const connectionCountBeside = 2;

/** For the worker (9, and 5 where its queue is in PostgreSQL), audits, migrations, and who looks. */
const connectionCountOfOthers = 20;

/**
 * How many connections the pool of each api process has: as many as somebody has set, else 10, or
 * fewer where PostgreSQL has not as many for all. Throws UsageError, with the fix, where it has
 * too few: processes would find that out one by one, under load, as `database_unavailable`.
 *
 * @example poolSizeFor({ processCount: 8, connectionCountMax: 97, given: null }) // 7
 */
export function poolSizeFor({ processCount, connectionCountMax, given }: PoolSizing): number {
  const share = Math.floor((connectionCountMax - connectionCountOfOthers) / processCount);
  const poolSizeMax = share - connectionCountBeside;
  const poolSize = given ?? Math.max(poolSizeMin, Math.min(poolSizeDefault, poolSizeMax));
  if (poolSize <= poolSizeMax) return poolSize;
  const neededCount = processCount * (poolSize + connectionCountBeside) + connectionCountOfOthers;
  const lower = poolSizeMax < poolSizeMin ? '' : `set DATABASE_POOL_SIZE to ${poolSizeMax}, `;
  throw new UsageError(
    `${processCount} api processes with ${poolSize} connections each, two more for feed and readiness, and ${connectionCountOfOthers} for all others need ${neededCount}; PostgreSQL has ${countOf(connectionCountMax, 'connection')}. Start fewer, ${lower}or raise its max_connections.`,
  );
}

/** The connections that a PostgreSQL has for ordinary roles, by its settings. */
export async function readConnectionCountMax(databaseUrl: string): Promise<number> {
  return await withDatabase({ url: databaseUrl }, async ({ pool }) => {
    // `reserved_connections` is new in PostgreSQL 16.
    const { rows } = await pool.query<{ count: number }>(`
      select current_setting('max_connections')::int
        - current_setting('superuser_reserved_connections')::int
        - coalesce(current_setting('reserved_connections', true)::int, 0) as count`);
    return rows[0]?.count ?? 0;
  });
}
