import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ServiceHandle, startRedisCluster, startServices } from '@holdfast/services';
import { freshPrefix, startTcpProxy } from '@holdfast/testing';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { type Admission, type AdmissionOptions, openAdmission } from '../src/admission.ts';
import { connectRedis, type RedisConnection } from '../src/connect-redis.ts';
import { AdmissionUnavailable } from '../src/faults.ts';
import { trialKeyOf } from '../src/keys.ts';
import { waitUntilReady } from '../src/wait-until-ready.ts';
import { ask, askTime, certaintyOf, letPass, openPlace, settle, settleNow } from './fixture.ts';

let url: string;
let server: ServiceHandle;
let stop: () => Promise<void>;
beforeAll(async () => {
  vi.stubEnv('REDIS_URL', undefined);
  const services = await startServices({ directory: null, postgres: false });
  vi.unstubAllEnvs();
  if (services.redis === null) throw new Error('A Redis of our own was expected.');
  ({ redisUrl: url, redis: server, stop } = services);
});
afterAll(() => stop());

const eventId = '01997f00-0000-7000-8000-00000000000a';

/** Calls one after the other, and what each failed with; `null` where it did not. */
async function failures(admission: Admission, count: number): Promise<unknown[]> {
  const found: unknown[] = [];
  for (let call = 0; call < count; call += 1) {
    const outcome = await admission.ask(eventId, null).catch((error: unknown) => error);
    found.push(outcome instanceof Error ? outcome : null);
  }
  return found;
}

function causesOf(found: readonly unknown[]): string[] {
  return found.map((error) => {
    expect(error).toBeInstanceOf(AdmissionUnavailable);
    const { cause } = error as AdmissionUnavailable;
    return cause instanceof Error ? cause.message : String(cause);
  });
}

/** Answers (again), though nobody does anything about it: a busy machine may be late at first, too. */
async function expectAnswers(admission: Admission): Promise<void> {
  await expect.poll(() => failures(admission, 3), { interval: 20 }).toEqual([null, null, null]);
  expect(admission.health).toBe('closed');
}

const isNotSent = /circuit breaker is open/;

test('20 calls to a frozen Redis all fail, only the first three are sent, and it recovers by itself', async () => {
  const { admission } = await openPlace(url, { timeoutMs: 150 });
  await expectAnswers(admission);
  server.kill('SIGSTOP');
  onTestFinished(() => server.kill('SIGCONT'));
  const causes = causesOf(await failures(admission, 20));
  expect(causes.slice(0, 3)).toEqual(Array.from({ length: 3 }, () => 'No answer within 150 ms.'));
  expect(causes.slice(3).every((cause) => isNotSent.test(cause))).toBe(true);
  expect(admission.health).toBe('open');
  server.kill('SIGCONT');
  await expectAnswers(admission);
});

test('calls at once to a frozen Redis all fail when their time is up', async () => {
  const { admission } = await openPlace(url, { timeoutMs: 150 });
  server.kill('SIGSTOP');
  onTestFinished(() => server.kill('SIGCONT'));
  const calls = Array.from({ length: 20 }, () => failures(admission, 1));
  causesOf((await Promise.all(calls)).flat());
  expect(admission.health).toBe('open');
  server.kill('SIGCONT');
  await expectAnswers(admission);
});

test('a fence that a frozen Redis hears of late bars refusals until it lapses, and no longer', async () => {
  const place = await openPlace(url);
  const { admission: hasty } = await openPlace(url, { timeoutMs: 150, prefix: place.prefix });
  await settleNow(place);
  server.kill('SIGSTOP');
  onTestFinished(() => server.kill('SIGCONT'));
  await expect(hasty.ask(place.eventId, randomUUID())).rejects.toThrow(AdmissionUnavailable);
  server.kill('SIGCONT');
  await expectAnswers(hasty);
  await settleNow(place);
  expect(await certaintyOf(place)).toBe('unknown');
  await letPass(place, 300_000);
  await settleNow(place);
  await letPass(place, 1);
  await settleNow(place);
  expect(await certaintyOf(place)).toBe('certain');
});

test('a killed Redis is noticed at once, and found again, empty, when it is back', async () => {
  const onHealth = vi.fn<NonNullable<AdmissionOptions['onHealth']>>();
  const place = await openPlace(url, { onHealth });
  await settleNow(place);
  server.kill();
  await expect.poll(() => place.redis.status).not.toBe('ready');
  const causes = causesOf(await failures(place.admission, 20));
  expect(causes.slice(3).every((cause) => isNotSent.test(cause))).toBe(true);
  await server.restart();
  await expectAnswers(place.admission);
  expect(onHealth.mock.calls.map(([health]) => health)).toEqual(['open', 'closed']);
  expect(await ask(place)).toMatchObject({ free: null, certainty: 'unknown' });
});

test('a Redis that was emptied refuses nobody by what was read before', async () => {
  const place = await openPlace(url);
  await settleNow(place);
  const { asOfMs } = await ask(place);
  await sleep(2);
  await place.redis.flushall();
  await settle(place, { asOfMs });
  expect(await certaintyOf(place)).toBe('expired');
  await sleep(2);
  await settleNow(place);
  expect(await certaintyOf(place)).toBe('certain');
});

test('scripts that Redis forgot are sent again', async () => {
  const place = await openPlace(url);
  const forget = () => place.redis.script('FLUSH');
  await forget();
  const asOfMs = await askTime(place);
  await forget();
  await settle(place, { asOfMs, version: 2 });
  await forget();
  expect(await certaintyOf(place)).toBe('certain');
});

test('a cluster whose masters were all killed is found again by itself', async () => {
  const cluster = await startRedisCluster();
  onTestFinished(() => cluster.stop());
  const { admission } = await openPlace(cluster.url, { timeoutMs: 150 });
  await expectAnswers(admission);
  for (const handle of cluster.handles) handle.kill();
  await expect.poll(() => failures(admission, 1)).not.toEqual([null]);
  causesOf((await failures(admission, 5)).slice(2));
  await Promise.all(cluster.handles.map((handle) => handle.restart()));
  await expectAnswers(admission);
});

test('while one master of a cluster is silent the breaker stays open, though the others answer', async () => {
  const cluster = await startRedisCluster();
  onTestFinished(() => cluster.stop());
  const onHealth = vi.fn<NonNullable<AdmissionOptions['onHealth']>>();
  const { admission, redis, prefix } = await openPlace(cluster.url, { timeoutMs: 150, onHealth });
  // Not the one that the trial writes to.
  const trialPort = await portOf(redis, trialKeyOf(prefix));
  const silent = cluster.handles.find(({ port }) => port !== trialPort);
  // So many that the silent one has several of them, which all fail in a row.
  const eventIds = Array.from({ length: 60 }, () => randomUUID());
  const askAll = () => Promise.allSettled(eventIds.map((id) => admission.ask(id, null)));
  await askAll();
  // A busy machine may have been late before the fault, too.
  await expectAnswers(admission);
  onHealth.mockClear();
  silent?.kill('SIGSTOP');
  for (let look = 0; look < 10; look += 1) {
    await askAll();
    await sleep(150);
  }
  expect(onHealth.mock.calls.map(([health]) => health)).toEqual(['open']);
  silent?.kill('SIGCONT');
  await expectAnswers(admission);
});

/** The port of the master that has this key. */
async function portOf(redis: RedisConnection, key: string): Promise<number> {
  const slot = await redis.cluster('KEYSLOT', key);
  const ranges = await redis.cluster('SLOTS');
  const range = ranges.find(([first, last]) => first <= slot && slot <= last);
  const master = range?.[2];
  if (master === undefined) throw new Error('Nobody has this key.');
  return master[1];
}

test('an admission that is opened before its Redis is there finds it by itself', async () => {
  server.kill();
  const redis = connectRedis(url, 'admission');
  const admission = openAdmission({ redis, prefix: freshPrefix() });
  onTestFinished(() => admission.close());
  causesOf(await failures(admission, 5));
  await server.restart();
  await expectAnswers(admission);
});

test('a network that swallows everything is noticed, and dialled anew when it is back', async () => {
  await using proxy = await startTcpProxy(url);
  const redis = connectRedis(proxy.url, 'admission');
  const admission = openAdmission({ redis, prefix: freshPrefix() });
  onTestFinished(() => admission.close());
  await waitUntilReady(redis, 5_000);
  proxy.freeze();
  causesOf(await failures(admission, 5));
  // What was sent into the void is lost for good: only a new connection helps.
  await expect.poll(() => proxy.connectionCount).toBeGreaterThan(1);
  proxy.restore();
  await expectAnswers(admission);
});

test('a process that was busy itself finds the answer, and does not blame Redis', async () => {
  const { admission } = await openPlace(url, { timeoutMs: 50 });
  await admission.now().catch(() => {});
  const answer = admission.now();
  const busyUntil = performance.now() + 150;
  while (performance.now() < busyUntil);
  expect(await answer).toBeGreaterThan(0);
});

test('what goes wrong with a connection is neither printed nor thrown at the process', async () => {
  const print = vi.spyOn(console, 'error').mockImplementation(() => {});
  onTestFinished(() => {
    print.mockRestore();
  });
  for (const dead of ['redis://127.0.0.1:1', 'redis+cluster://127.0.0.1:1']) {
    for (const purpose of ['admission', 'queue', 'cache'] as const) {
      const redis = connectRedis(dead, purpose);
      onTestFinished(() => redis.disconnect());
    }
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(print).not.toHaveBeenCalled();
});

test('a Redis that takes no writes counts as lost, with its own words as the cause', async () => {
  const { admission, redis } = await openPlace(url);
  await redis.config('SET', 'maxmemory', '1');
  onTestFinished(async () => void (await redis.config('SET', 'maxmemory', '0').catch(() => {})));
  const causes = causesOf(await failures(admission, 5));
  expect(causes.slice(0, 3).join()).toMatch(/OOM/);
  expect(admission.health).toBe('open');
  // It answers questions, and stays open all the same.
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(admission.health).toBe('open');
  await redis.config('SET', 'maxmemory', '0');
  await expectAnswers(admission);
});

test('a Redis that takes no writes is lost for an event that it knows, too', async () => {
  const place = await openPlace(url);
  await settleNow(place);
  expect(await certaintyOf(place)).toBe('certain');
  await place.redis.config('SET', 'maxmemory', '1');
  onTestFinished(async () => void (await place.redis.config('SET', 'maxmemory', '0')));
  await expect(ask(place)).rejects.toMatchObject({
    cause: { message: expect.stringMatching(/OOM/) },
  });
});

test('a mistake of ours in a script surfaces with what Redis said', async () => {
  const place = await openPlace(url);
  await place.redis.set(place.key, 'not a hash');
  await expect(ask(place)).rejects.toMatchObject({
    name: 'AdmissionUnavailable',
    cause: { message: expect.stringMatching(/WRONGTYPE/) },
  });
});

test('close ends the connection and may be repeated; later calls say so', async () => {
  const { admission, redis } = await openPlace(url);
  await admission.close();
  await admission.close();
  await expect(admission.now()).rejects.toThrow(AdmissionUnavailable);
  await expect.poll(() => redis.status).toBe('end');
});
