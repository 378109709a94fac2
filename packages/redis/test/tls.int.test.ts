import { connectRedis, type RedisPurpose, waitUntilReady } from '@holdfast/redis';
import {
  makeAuthority,
  type OwnServer,
  requireTlsOfRedis,
  startOwnRedis,
  type TlsFiles,
  writeAuthorities,
} from '@holdfast/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

const right = await makeAuthority('the right authority');
const wrong = await makeAuthority('another authority');
const patienceMs = 3_000;
let own: OwnServer;
let files: TlsFiles;
let url: string | null;

beforeAll(async () => {
  own = await startOwnRedis();
  files = await writeAuthorities(own.directory, { right, wrong });
  url = await requireTlsOfRedis(own, right);
  if (url === null) console.warn('Not tested: this Redis was built without TLS.');
});
afterAll(() => own[Symbol.asyncDispose]());

/** What it answers to who is trusted so, or why there is no answer. */
async function ask(address: string, purpose: RedisPurpose): Promise<string> {
  const redis = connectRedis(address, purpose);
  try {
    await waitUntilReady(redis, patienceMs);
    return await redis.ping();
  } catch (error) {
    return error instanceof Error && error.cause instanceof Error
      ? error.cause.message
      : `${error}`;
  } finally {
    redis.disconnect();
  }
}

test.for(['admission', 'cache', 'queue'] as const)(
  'a connection for %s is encrypted, and made with the authority of the URL alone',
  async (purpose, { skip }) => {
    if (url === null) return skip('this Redis was built without TLS');
    expect(await ask(`${url}?sslrootcert=${files.rightCa}`, purpose)).toBe('PONG');
    expect(await ask(`${url}?sslrootcert=${files.wrongCa}`, purpose)).toMatch(/certificate/);
    expect(await ask(url, purpose)).toMatch(/certificate/);
  },
);

test('a server whose certificate names another host is refused', async ({ skip }) => {
  if (url === null) return skip('this Redis was built without TLS');
  const other = url.replace('localhost', '127.0.0.1');
  expect(await ask(`${other}?sslrootcert=${files.rightCa}`, 'admission')).toContain('127.0.0.1');
});

test('a connection in plain text gets no answer there', async ({ skip }) => {
  if (url === null) return skip('this Redis was built without TLS');
  expect(await ask(url.replace('rediss:', 'redis:'), 'admission')).not.toBe('PONG');
});
