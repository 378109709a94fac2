import { startServices } from '@holdfast/services';
import { connectRedis, waitUntilReady } from '@holdfast/redis';
import type { Database } from '@holdfast/data';
import { providedServices, startTcpProxy } from '@holdfast/testing';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { eventWithHolds, expectSound, heldCount, openFresh } from '@holdfast/fixtures';
import { killSpawned, spawnWorker as spawn } from './spawn-worker.ts';

let database: Database;
let databaseUrl: string;
beforeAll(async () => {
  ({ database, url: databaseUrl } = await openFresh());
});
afterEach(async () => {
  killSpawned();
  await expectSound(database);
});
afterAll(async () => {
  await database.close();
});

const token = 'canary-0123456789-0123456789-0123';
const admin = { ADMIN_PORT: '0', ADMIN_TOKEN: token };

const spawnWorker = (env: Record<string, string | undefined> = {}) =>
  spawn({ DATABASE_URL: databaseUrl, ...env });

/** Asks the admin server of a worker that is up. */
async function adminOf(worker: ReturnType<typeof spawnWorker>) {
  const { adminUrl } = await worker.line('ready');
  return (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(`${String(adminUrl)}${path}`, { method, headers });
}
const withToken = { authorization: `Basic ${Buffer.from(`ops:${token}`).toString('base64')}` };

describe.each([
  ['redis', {}],
  ['postgresql', { REDIS_URL: undefined }],
])('the admin server of a worker whose queue is on %s', (queueOn, env) => {
  test('shows metrics and the queue to who has the token, and nothing to anybody else', async () => {
    const worker = spawnWorker({ ...env, ...admin });
    const ask = await adminOf(worker);
    expect(await worker.line('ready')).toMatchObject({ queueOn });
    for (const path of ['/metrics', '/queues', '/queues/api/queues', '/queues/static/x', '/']) {
      const answer = await ask(path);
      expect([path, answer.status]).toEqual([path, 401]);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Basic /);
    }
    expect((await ask('/queues/api/queues/jobs/pause', {}, 'PUT')).status).toBe(401);

    const metrics = async () => (await ask('/metrics', withToken)).text();
    // It is ready before its first sweep has ended.
    await expect
      .poll(metrics)
      .toMatch(/holdfast_job_runs_total\{job="expire-holds",result="ok",service=.*\d/);
    expect(await metrics()).toContain('holdfast_audit_violations');
    const page = await ask('/queues', withToken);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toContain('text/html');
    const script = /src="([^"]+\.js)"/.exec(await page.text())?.[1] ?? '';
    expect((await ask(new URL(script, 'http://a/queues/').pathname, withToken)).status).toBe(200);
    const queues = await (await ask('/queues/api/queues', withToken)).json();
    expect(queues).toMatchObject({ queues: [{ name: 'jobs' }] });

    const eventId = await eventWithHolds(database);
    await expect.poll(() => heldCount(database, eventId)).toBe(0);
    worker.child.kill('SIGTERM');
    expect(await worker.exited).toEqual({ code: 0, signal: null });
    expect(worker.output()).not.toContain('canary');
  });
});

test('says without the token how it is: not ready while PostgreSQL is away, and live all the while', async () => {
  await using proxy = await startTcpProxy(databaseUrl);
  const ask = await adminOf(spawnWorker({ ...admin, DATABASE_URL: proxy.url }));
  const said = async () => (await ask('/health/ready')).text();
  await expect.poll(said).toBe('{"status":"ready"}');
  proxy.cut();
  await expect.poll(said).toMatch(/"not_ready".*"relay-outbox"/);
  expect((await ask('/health/live')).status).toBe(200);
  proxy.restore();
  await expect.poll(said).toBe('{"status":"ready"}');
});

test('a port that is taken ends the worker with a word', async () => {
  const { port } = new URL(providedServices().redisUrl);
  const worker = spawnWorker({ ...admin, ADMIN_PORT: port });
  expect(await worker.exited).toEqual({ code: 1, signal: null });
  expect(worker.output()).toContain('EADDRINUSE');
});

describe('a Redis that may evict', () => {
  /** One of our own: its policy is nobody else's business. */
  async function ownRedis() {
    const services = await startServices({ directory: null, postgres: false });
    onTestFinished(() => services.stop());
    const redis = connectRedis(services.redisUrl, 'admission');
    onTestFinished(() => redis.disconnect());
    await waitUntilReady(redis, 10_000);
    if (services.redis === null || !(redis instanceof Redis)) throw new Error('Not our own.');
    const evictBy = (policy: string) => redis.config('SET', 'maxmemory-policy', policy);
    return { redisUrl: services.redisUrl, evictBy };
  }

  test('is refused at start with the fix; later it raises an alarm, and lays it again', async () => {
    const { redisUrl, evictBy } = await ownRedis();
    await evictBy('allkeys-lru');
    const refused = spawnWorker({ REDIS_URL: redisUrl });
    expect(await refused.exited).toEqual({ code: 1, signal: null });
    expect(refused.output()).toContain('maxmemory-policy is allkeys-lru');
    expect(refused.output()).toContain('CONFIG SET maxmemory-policy noeviction');

    await evictBy('noeviction');
    const worker = spawnWorker({ REDIS_URL: redisUrl, ...admin });
    const ask = await adminOf(worker);
    const metrics = async () => (await ask('/metrics', withToken)).text();
    expect(await metrics()).toMatch(/holdfast_redis_evicts\{.*\} 0/);
    await evictBy('volatile-lru');
    await expect.poll(metrics).toMatch(/holdfast_redis_evicts\{.*\} 1/);
    const alarm = 'Redis may evict what it must keep: set maxmemory-policy noeviction';
    expect(await worker.line(alarm)).toMatchObject({ level: 50, policy: 'volatile-lru' });
    await evictBy('noeviction');
    await expect.poll(metrics).toMatch(/holdfast_redis_evicts\{.*\} 0/);
  });
});
