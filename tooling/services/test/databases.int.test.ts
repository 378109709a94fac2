import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, dropDatabase } from '../src/databases.ts';
import { queryOnce } from '../src/query-once.ts';
import { type Services, startServices } from '../src/start-services.ts';

let services: Services;
beforeAll(async () => {
  services = await startServices({ directory: null, redis: false });
});
afterAll(() => services.stop());

test('each database is empty and its own, also when many are made at once', async () => {
  const urls = await Promise.all(
    Array.from({ length: 8 }, () => createDatabase(services.databaseUrl)),
  );
  expect(new Set(urls).size).toBe(8);
  await Promise.all(urls.map((url) => queryOnce(url, 'CREATE TABLE same_name (id int)')));
  await Promise.all(urls.map(dropDatabase));
});

test.each(['Capital', 'quo"ted', 'semi;colon', 'per%cent', '', 'x'.repeat(64)])(
  'a name that clients read differently is refused: %s',
  async (name) => {
    await expect(createDatabase(services.databaseUrl, name)).rejects.toThrow(RangeError);
  },
);

test('a name that is taken is refused', async () => {
  const url = await createDatabase(services.databaseUrl, 'taken');
  await expect(createDatabase(url, 'taken')).rejects.toMatchObject({ code: '42P04' });
});

test('a database is dropped while somebody is connected, and dropping it again is no error', async () => {
  const url = await createDatabase(services.databaseUrl);
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  await dropDatabase(url);
  await dropDatabase(url);
  await expect(queryOnce(url, 'SELECT 1')).rejects.toMatchObject({ code: '3D000' });
});
