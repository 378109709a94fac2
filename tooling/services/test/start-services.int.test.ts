import { access, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { queryOnce } from '../src/query-once.ts';
import { startServices } from '../src/start-services.ts';
import { pathOf } from './path-of.ts';
import { temporary } from './temporary.ts';

beforeEach(() => {
  vi.stubEnv('DATABASE_URL', undefined);
  vi.stubEnv('REDIS_URL', undefined);
});
afterEach(() => vi.unstubAllEnvs());

test('what the environment names wins, and nothing is started', async () => {
  vi.stubEnv('DATABASE_URL', 'postgres://given@db.example/app');
  vi.stubEnv('REDIS_URL', 'redis://redis.example');
  const services = await startServices({ directory: null });
  expect(services).toMatchObject({
    databaseUrl: 'postgres://given@db.example/app',
    redisUrl: 'redis://redis.example',
    postgres: null,
    redis: null,
  });
  await services.stop();
});

test('what is not wanted is not started', async () => {
  const services = await startServices({ directory: null, postgres: false, redis: false });
  expect(services).toMatchObject({ databaseUrl: '', redisUrl: '', postgres: null, redis: null });
  await services.stop();
});

test('stop ends the servers and removes a temporary directory', async () => {
  const services = await startServices({ directory: null });
  const { rows } = await queryOnce(services.databaseUrl, 'SHOW data_directory');
  const directory = dirname(dirname(rows[0]?.data_directory));
  await access(directory);
  await services.stop();
  await services.stop();
  await expect(access(directory)).rejects.toThrow('ENOENT');
  await expect(queryOnce(services.databaseUrl, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
});

test('where there is no Redis, the message names what was tried and the fix, and PostgreSQL is stopped', async () => {
  const directory = await temporary();
  vi.stubEnv('PATH', await pathOf(['unshare', 'setpriv', 'true', 'chown']));
  vi.stubEnv('XDG_CACHE_HOME', directory);
  await expect(startServices({ directory })).rejects.toMatchObject({
    name: 'ServiceUnavailable',
    message: expect.stringMatching(/REDIS_URL.*redis-server.*no apt-get.*Fix: install Redis/s),
  });
  const files = await readdir(join(directory, 'postgres', 'data'));
  expect(files).toContain('PG_VERSION');
  expect(files).not.toContain('postmaster.pid');
});

test('where there is no Redis and it is optional, PostgreSQL goes on without, and the log says why', async () => {
  const directory = await temporary();
  vi.stubEnv('PATH', await pathOf(['unshare', 'setpriv', 'true', 'chown']));
  vi.stubEnv('XDG_CACHE_HOME', directory);
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const services = await startServices({ directory, redis: 'optional', log });
  onTestFinished(() => services.stop());
  expect(services).toMatchObject({ redisUrl: '', redis: null });
  await queryOnce(services.databaseUrl, 'SELECT 1');
  expect(lines).toContainEqual(expect.stringMatching(/without Redis.*redis-server.*Fix/s));
});

test('where there is a Redis, optional means wanted', async () => {
  const services = await startServices({ directory: null, postgres: false, redis: 'optional' });
  onTestFinished(() => services.stop());
  expect(services).toMatchObject({ redisUrl: expect.stringMatching(/^redis:/) });
});
