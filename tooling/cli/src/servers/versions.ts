import type { Database } from '@holdfast/data';
import { withRedis } from './redis.ts';

/** @example await versionsOf(database, redisUrl) // { postgres: '18.4', redis: '7.0.15' } */
export async function versionsOf(
  { pool }: Database,
  redisUrl: string | null,
): Promise<{ readonly postgres: string; readonly redis: string | null }> {
  const { rows } = await pool.query<{ version: string }>(
    `select current_setting('server_version') as version`,
  );
  const redis =
    redisUrl === null
      ? null
      : await withRedis(redisUrl, async ([master]) =>
          infoField(await master.info('server'), 'redis_version'),
        );
  return { postgres: rows[0]?.version ?? 'unknown', redis };
}

/** A field of what INFO says; `unknown` where it is not there. */
export function infoField(info: string, field: string): string {
  return new RegExp(`^${field}:(\\S+)`, 'm').exec(info)?.[1] ?? 'unknown';
}
