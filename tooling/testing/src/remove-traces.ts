import { dropDatabase, type Services } from '@holdfast/services';
import { Redis } from 'ioredis';
import pg from 'pg';

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
  const redis = new Redis(redisUrl);
  try {
    let cursor = '0';
    do {
      // Queues put words of their own around the prefix.
      const match = `*${runName}*`;
      const [next, keys] = await redis.scan(cursor, 'MATCH', match, 'COUNT', keysPerScan);
      if (keys.length > 0) await redis.unlink(...keys);
      cursor = next;
    } while (cursor !== '0');
  } finally {
    redis.disconnect();
  }
}
