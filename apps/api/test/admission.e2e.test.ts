import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { freshTables } from '@holdfast/fixtures';
import { connectRedis, type RedisConnection } from '@holdfast/redis';
import { type Services, startServices } from '@holdfast/services';
import { freshPrefix, providedServices } from '@holdfast/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Caller, callerOf, eventOnSale, startApi, type TestApi } from './api.ts';
import { createApiProcesses } from './api-process.ts';
import { httpFault, post } from './http.ts';
import { secret, tokenOf } from './token.ts';

const adminToken = 'a token of the admin server, for tests'.replaceAll(' ', '-');

describe('over HTTP', () => {
  const prefix = freshPrefix();
  let api: TestApi;
  let olga: Caller;

  beforeAll(async () => {
    const { redisUrl } = providedServices();
    api = await startApi({ env: { REDIS_URL: redisUrl, REDIS_PREFIX: prefix } });
    olga = await callerOf(api, 'olga', 'organizer');
  });

  afterAll(async () => {
    await api.stop();
  });

  test('a refusal by Redis and one by PostgreSQL are the same answer', async () => {
    const eventId = await eventOnSale(olga, { seatCount: 1 });
    const ada = await callerOf(api, 'ada', 'user');
    const bob = await callerOf(api, 'bob', 'user');
    const first = { eventId, bookingId: randomUUID(), quantity: 1, isFirstAttempt: true };
    expect(await ada.booking.book.mutate(first)).toMatchObject({ status: 'confirmed' });
    await api.lanes.idle();
    const claim = { eventId, bookingId: randomUUID(), quantity: 1 };
    const late = await bob.booking.reserve.mutate(claim);
    const early = await bob.booking.reserve.mutate({ ...claim, isFirstAttempt: true });
    expect(early).toEqual(late);
    expect(early).toMatchObject({ status: 'refused', reason: 'sold_out' });
    const labels = { reason: 'sold_out', by: 'redis' };
    expect(await api.metric('holdfast_refusals_total', labels)).toBe(1);
    expect(await ada.booking.book.mutate({ ...first, isFirstAttempt: false })).toMatchObject({
      status: 'confirmed',
      id: first.bookingId,
    });
  });

  test.each([
    ['isFirstAttempt: false', { isFirstAttempt: false }, 'id_taken'],
    ['nothing: the control', {}, 'confirmed'],
  ] as const)(
    'a call that comes after it was sent again, and refused, gets no seat, if what was sent again said %s',
    async (_what, said, told) => {
      const eventId = await eventOnSale(olga, { seatCount: 1 });
      const [ada, bob] = [await callerOf(api, 'ada', 'user'), await callerOf(api, 'bob', 'user')];
      const taken = { eventId, bookingId: randomUUID() };
      await bob.booking.book.mutate({ ...taken, quantity: 1 });
      const claim = { eventId, bookingId: randomUUID(), quantity: 1 };
      const again = await ada.booking.book.mutate({ ...claim, ...said });
      expect(again).toMatchObject({ reason: 'sold_out' });
      await bob.booking.cancel.mutate(taken);
      const late = await ada.booking.book.mutate({ ...claim, isFirstAttempt: true });
      expect('reason' in late ? late.reason : late.status).toBe(told);
    },
  );

  test('the same of an order', async () => {
    const eventId = await eventOnSale(olga, { seatCount: 1 });
    const [ada, bob] = [await callerOf(api, 'ada', 'user'), await callerOf(api, 'bob', 'user')];
    const taken = { eventId, bookingId: randomUUID() };
    await bob.booking.book.mutate({ ...taken, quantity: 1 });
    const order = { orderId: randomUUID(), lines: [{ eventId, quantity: 1 }] };
    const again = await ada.order.place.mutate({ ...order, isFirstAttempt: false });
    expect(again).toMatchObject({ reason: 'sold_out' });
    await bob.booking.cancel.mutate(taken);
    const late = await ada.order.place.mutate({ ...order, isFirstAttempt: true });
    expect(late).toMatchObject({ reason: 'id_taken' });
  });

  test('isFirstAttempt is yes or no', async () => {
    const claim = { eventId: randomUUID(), bookingId: randomUUID(), quantity: 1 };
    const body = JSON.stringify({ ...claim, isFirstAttempt: 'yes' });
    const fault = await httpFault(
      post(`${api.url}/trpc/booking.book`, { body, token: await tokenOf('ada', 'user') }),
    );
    expect(fault).toMatchObject({ status: 400, fault: 'bad_input' });
  });
});

describe('the process', () => {
  const processes = createApiProcesses();
  let services: Services;
  let ownRedis: RedisConnection;
  let databaseUrl: string;

  beforeAll(async () => {
    databaseUrl = await freshTables();
    services = await startServices({ directory: null, postgres: false });
    ownRedis = connectRedis(services.redisUrl, 'queue');
  });

  afterEach(async () => {
    processes.killAll();
    await ownRedis.config('SET', 'maxmemory-policy', 'noeviction');
  });

  afterAll(async () => {
    ownRedis.disconnect();
    await services.stop();
  });

  const envWith = (changes: Record<string, string> = {}) => ({
    DATABASE_URL: databaseUrl,
    REDIS_URL: services.redisUrl,
    REDIS_PREFIX: freshPrefix(),
    ...changes,
  });
  const admin = { ADMIN_PORT: '0', ADMIN_TOKEN: adminToken };

  async function metricsOf(adminUrl: string | null): Promise<string> {
    const headers = { authorization: `Bearer ${adminToken}` };
    return await (await fetch(`${adminUrl}/metrics`, { headers })).text();
  }

  test('says once whether admission is on, and why it is not', async () => {
    const on = await processes.start(envWith());
    const off = await processes.start({ DATABASE_URL: databaseUrl });
    expect(on.lines.filter((line) => line.includes('admission is on'))).toHaveLength(1);
    expect(off.lines.filter((line) => line.includes('REDIS_URL is not set'))).toHaveLength(1);
    expect([on.adminUrl, off.adminUrl]).toEqual([null, null]);
    for (const { child, exitCode } of [on, off]) {
      child.kill('SIGTERM');
      expect(await exitCode).toBe(0);
    }
  });

  test('shows what it counts to whoever has the token', async () => {
    const { adminUrl, lines } = await processes.start(envWith(admin));
    const text = await metricsOf(adminUrl);
    for (const line of [
      'holdfast_refusals_total{reason="sold_out",by="redis",service="api"} 0',
      'holdfast_refusals_total{reason="sold_out",by="database",service="api"} 0',
      'holdfast_admission_up{service="api"} 1',
      'holdfast_admission_calls_total{script="ask",result="ok",service="api"} 0',
      'holdfast_redis_evicts{service="api"} 0',
      'holdfast_commits_total{result="committed",service="api"} 0',
      'holdfast_commit_group_size_count{service="api"} 0',
      'holdfast_commit_wait_seconds_count{service="api"} 0',
    ]) {
      expect(text).toContain(line);
    }
    expect((await fetch(`${adminUrl}/metrics`)).status).toBe(401);
    expect(lines.join()).not.toContain(adminToken);
  });

  test('does not start on a Redis that may evict, and says how to fix it, without a password', async ({
    skip,
  }) => {
    skip(services.redis === null, 'This Redis is not ours to set.');
    await ownRedis.config('SET', 'maxmemory-policy', 'allkeys-lru');
    const child = processes.spawn({ AUTH_SECRET: secret, ...envWith() });
    const ended = once(child, 'exit');
    const chunks: Buffer[] = await (child.stderr?.toArray() ?? []);
    const message = Buffer.concat(chunks).toString();
    await ended;
    expect(child.exitCode).toBe(1);
    expect(message).toContain('The api cannot start. Redis at 127.0.0.1');
    expect(message).toContain('maxmemory-policy noeviction');
    expect(message).not.toContain(new URL(services.redisUrl).password);
  });

  test('raises an alarm when Redis may evict from now on, and ends it', async ({ skip }) => {
    skip(services.redis === null, 'This Redis is not ours to set.');
    const { adminUrl, lines } = await processes.start(envWith(admin));
    const alarm = async () =>
      /^holdfast_redis_evicts\{.*\} (\d)$/m.exec(await metricsOf(adminUrl))?.[1];
    await ownRedis.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await expect.poll(alarm).toBe('1');
    const isSaid = () => lines.some((line) => /"level":50.*may evict/.test(line));
    await expect.poll(isSaid).toBe(true);
    await ownRedis.config('SET', 'maxmemory-policy', 'noeviction');
    await expect.poll(alarm).toBe('0');
  });
});
