import { expect, test } from 'vitest';
import { readEnv } from '../src/env.ts';
import { UsageError } from '@holdfast/command';

test('a variable that is set to nothing counts as not set', () => {
  const { databaseUrl, redisUrl, port } = readEnv({ DATABASE_URL: '', REDIS_URL: '', PORT: '' });
  expect([databaseUrl, redisUrl, port]).toEqual([null, null, null]);
});

test('addresses and the port are taken as they are given', () => {
  const given = { DATABASE_URL: 'postgres://a@b/c', REDIS_URL: 'rediss://:x@b:1/2', PORT: '0' };
  const { databaseUrl, redisUrl, port } = readEnv(given);
  expect([databaseUrl, redisUrl, port]).toEqual([given.DATABASE_URL, given.REDIS_URL, 0]);
});

test.each([
  {
    key: 'databaseUrl',
    source: { DATABASE_URL: 'nonsense' },
    says: 'DATABASE_URL is not a URL that starts with postgres:// or postgresql:// and names a host. Fix its spelling.',
  },
  {
    key: 'redisUrl',
    source: { REDIS_URL: 'http://cache:6379' },
    says: 'REDIS_URL is not a URL that starts with redis:// or rediss:// (or redis+cluster://, redis+sentinel://, rediss+cluster://, rediss+sentinel://) and names a host, or with redis+unix:/// and the path of a socket. Fix its spelling.',
  },
  {
    key: 'databasePoolSize',
    source: { DATABASE_POOL_SIZE: '1' },
    says: 'DATABASE_POOL_SIZE must be a whole number from 2 to 500.',
  },
  {
    key: 'port',
    source: { PORT: '99999' },
    says: 'PORT must be a whole number from 0 to 65,535.',
  },
  {
    key: 'port',
    source: { PORT: 'abc' },
    says: 'PORT must be a whole number from 0 to 65,535.',
  },
] as const)('refused by its name, but only when it is read: $source', ({ key, source, says }) => {
  const env = readEnv(source);
  expect(env.authIssuer).toBe('holdfast');
  expect(() => env[key]).toThrow(new UsageError(says));
});
