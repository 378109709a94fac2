import { Redis } from 'ioredis';
import pg from 'pg';
import { expect, test } from 'vitest';
import { freshDatabase } from '../src/fresh-database.ts';
import { freshPrefix } from '../src/fresh-prefix.ts';
import { providedServices } from '../src/provided.ts';

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(text);
  await client.end();
  return rows;
}

test('a fresh database is empty, and what one file writes no other sees', async () => {
  const [mine, other] = await Promise.all([freshDatabase(), freshDatabase()]);
  await query(mine, 'CREATE TABLE seats (id int)');
  const tables = "SELECT FROM pg_tables WHERE schemaname = 'public'";
  expect(await query(mine, tables)).toHaveLength(1);
  expect(await query(other, tables)).toHaveLength(0);
});

test('a fresh prefix is never given twice, and Redis answers', async () => {
  const prefixes = Array.from({ length: 100 }, freshPrefix);
  expect(new Set(prefixes).size).toBe(100);
  const redis = new Redis(providedServices().redisUrl);
  expect(await redis.set(`${prefixes[0]}:key`, 'value')).toBe('OK');
  redis.disconnect();
});
