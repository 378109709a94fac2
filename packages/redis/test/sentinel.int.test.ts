import { type RedisWithSentinels, startRedisWithSentinels } from '@holdfast/services';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import {
  connectRedis,
  openAdmission,
  readEvictionPolicy,
  type RedisPurpose,
  waitUntilReady,
} from '@holdfast/redis';
import { whyAway } from '../src/connect-redis.ts';

const patience = { interval: 50 };
const readyTimeoutMs = 10_000;
const eventId = '01997f00-0000-7000-8000-00000000000c';
let redis: RedisWithSentinels;

beforeAll(async () => {
  redis = await startRedisWithSentinels({ sentinelCount: 1, downAfterMs: 300 });
});
afterAll(() => redis.stop());

function connect(url: string, purpose: RedisPurpose = 'admission') {
  const connection = connectRedis(url, purpose);
  onTestFinished(() => connection.disconnect());
  return connection;
}

/** Why a connection does not come to stand. */
async function causeOf(url: string): Promise<string> {
  const connection = connect(url);
  const cause = () => String(whyAway(connection, 'none'));
  await expect.poll(cause, patience).not.toBe('none');
  return cause();
}

test('a sentinel that is away, or of a wrong port, is passed over', async () => {
  const connection = connect(redis.url.replace('@', '@127.0.0.1:1,127.0.0.1:2,'));
  await waitUntilReady(connection, readyTimeoutMs);
  expect(await readEvictionPolicy(connection)).toBe('noeviction');
});

test('a name that no sentinel knows, a wrong password of theirs, and one of Redis are told as what they are', async () => {
  const unknown = await causeOf(redis.url.replace('/holdfast', '/canary'));
  expect(unknown).toContain('where the master canary is');
  expect(unknown).toContain('It knows no master of this name.');
  const ofSentinels = await causeOf(
    redis.url.replace(/sentinel_password=\w+/, 'sentinel_password=x'),
  );
  expect(ofSentinels).toContain('WRONGPASS');
  expect(await causeOf(redis.url.replace(/:\w+@/, ':wrong@'))).toContain('WRONGPASS');
});

test('when the master is killed every connection goes on with the replica that the sentinels promote', async () => {
  const purposes = ['admission', 'cache', 'queue'] as const;
  const connections = purposes.map((purpose) => connect(redis.url, purpose));
  for (const connection of connections) await waitUntilReady(connection, readyTimeoutMs);
  const health: string[] = [];
  const admission = openAdmission({
    redis: connect(redis.url),
    prefix: 'promoted',
    onHealth: (now) => void health.push(now),
  });
  onTestFinished(() => admission.close());
  const ask = () =>
    admission.ask(eventId, null).then(
      () => 'asked',
      () => 'away',
    );
  await expect.poll(ask, patience).toBe('asked');
  const [first] = redis.servers;
  first.kill();
  await expect.poll(ask, patience).toBe('away');
  for (const connection of connections) {
    const write = () => connection.set('place', 'second').catch((error: unknown) => String(error));
    await expect.poll(write, patience).toBe('OK');
    expect(await connection.get('place')).toBe('second');
  }
  await expect.poll(ask, patience).toBe('asked');
  expect(health.at(-1) ?? 'closed').toBe('closed');
});
