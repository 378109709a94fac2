import { dropDatabase, type Services } from '@holdfast/services';
import type { Redis } from 'ioredis';
import pg from 'pg';
import { withMasters } from './redis-masters.ts';

const keysPerScan = 1_000;

/**
 * Remove what a test run made on servers that are not its own. Servers that it started itself go
 * away whole.
 */
export async function removeTraces(services: Services, runName: string): Promise<void> {
  if (services.postgres === null) await dropDatabases(services.databaseUrl, runName);
  if (services.redis === null) await deleteKeys(services.redisUrl, runName);
}

async function dropDatabases(databaseUrl: string, runName: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ datname: string }>(
      'SELECT datname FROM pg_database WHERE starts_with(datname, $1)',
      [runName],
    );
    for (const { datname } of rows) await dropDatabase(withDatabase(databaseUrl, datname));
  } finally {
    await client.end();
  }
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

async function deleteKeys(redisUrl: string, runName: string): Promise<void> {
  await withMasters(redisUrl, (redis) => deleteKeysOf(redis, runName));
}

async function deleteKeysOf(redis: Redis, runName: string): Promise<void> {
  let cursor = '0';
  do {
    // Queues put words of their own around the prefix.
    const match = `*${runName}*`;
    const [next, keys] = await redis.scan(cursor, 'MATCH', match, 'COUNT', keysPerScan);
    // One by one: a node of a cluster takes no command on keys of several slots.
    await Promise.all(keys.map((key) => redis.unlink(key)));
    cursor = next;
  } while (cursor !== '0');
}
