import { Client } from 'pg';
import { expect, test } from 'vitest';
import { providedServices } from '../src/provided.ts';
import { startTcpProxy } from '../src/tcp-proxy.ts';

test('a delay is waited for in both directions, and ends with it', async () => {
  await using proxy = await startTcpProxy(providedServices().databaseUrl);
  const client = new Client({ connectionString: proxy.url });
  await client.connect();
  const askMs = async () => {
    const startedAt = performance.now();
    await client.query('select 1');
    return performance.now() - startedAt;
  };
  proxy.delay(100);
  // A timer may fire a part of a millisecond early.
  expect(await askMs()).toBeGreaterThanOrEqual(198);
  proxy.delay(0);
  expect(await askMs()).toBeLessThan(198);
  await client.end();
});
