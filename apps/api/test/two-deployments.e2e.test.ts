import { once } from 'node:events';
import { freshTables } from '@holdfast/fixtures';
import { freshPrefix, providedServices } from '@holdfast/testing';
import { afterEach, expect, test } from 'vitest';
import { createApiProcesses } from './api-process.ts';
import { secret } from './token.ts';

const processes = createApiProcesses();
afterEach(() => processes.killAll());

test('an api under a prefix of another database refuses to start, and one of its own database does not', async () => {
  const shared = { REDIS_URL: providedServices().redisUrl, REDIS_PREFIX: freshPrefix() };
  const DATABASE_URL = await freshTables();
  await processes.start({ ...shared, DATABASE_URL });
  await processes.start({ ...shared, DATABASE_URL });
  const other = processes.spawn({
    ...shared,
    AUTH_SECRET: secret,
    DATABASE_URL: await freshTables(),
  });
  let said = '';
  other.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code] = await once(other, 'close');
  expect(code).toBe(1);
  expect(said).toContain('The api cannot start. Redis at 127.0.0.1:');
  expect(said).toContain('set REDIS_PREFIX to a name of its own');
});
