import { Client } from 'pg';
import { expect, test } from 'vitest';
import { providedServices } from '../src/provided.ts';
import { startTcpProxy } from '../src/tcp-proxy.ts';
import { untilSeen } from '../src/until-seen.ts';

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
  const isQuick = (ms: number) => ms < 198;
  expect(await untilSeen(askMs, isQuick)).toSatisfy(isQuick);
  await client.end();
});

test('a request that is held up waits, and other connections do not', async () => {
  await using proxy = await startTcpProxy(providedServices().databaseUrl);
  const [held, other] = [1, 2].map(() => new Client({ connectionString: proxy.url }));
  if (held === undefined || other === undefined) throw new Error('There are two.');
  await Promise.all([held.connect(), other.connect()]);
  const ended: string[] = [];
  proxy.holdNext({
    when: 'as held',
    until: async () => void ended.push(`other ${(await other.query('select 1')).rowCount}`),
  });
  await held.query('select 1 as held');
  ended.push('held');
  await held.query('select 2 as held');
  expect(ended).toEqual(['other 1', 'held']);
  await Promise.all([held.end(), other.end()]);
});
