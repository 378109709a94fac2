import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectRedis, type RedisPurpose, waitUntilReady } from '@holdfast/redis';
import { findFreePort, startRedisCluster, startRedisWithSentinels } from '@holdfast/services';
import {
  makeAuthority,
  type OwnServer,
  requireTlsOfRedis,
  startOwnRedis,
  type TlsFiles,
  writeAuthorities,
} from '@holdfast/testing';
import { Cluster } from 'ioredis';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';

const right = await makeAuthority('the right authority');
const wrong = await makeAuthority('another authority');
const patienceMs = 3_000;
const agreedTimeoutMs = 15_000;
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

/** A cluster whose nodes speak to each other, and tell clients of each other, by TLS and by name alone. */
async function startEncryptedCluster(): Promise<string> {
  const { cert, key } = await right.issue('localhost');
  const [certFile, keyFile] = ['node.pem', 'node-key.pem'].map((name) => join(own.directory, name));
  await writeFile(certFile ?? '', cert);
  await writeFile(keyFile ?? '', key);
  const ports = [await findFreePort(), await findFreePort(), await findFreePort()];
  const cluster = await startRedisCluster({
    settingsOf: (place) => ({
      'tls-port': ports[place] ?? 0,
      'tls-cluster': 'yes',
      'tls-auth-clients': 'no',
      'tls-cert-file': certFile ?? '',
      'tls-key-file': keyFile ?? '',
      'tls-ca-cert-file': files.rightCa,
      'cluster-announce-hostname': 'localhost',
      'cluster-preferred-endpoint-type': 'hostname',
    }),
  });
  onTestFinished(() => cluster.stop());
  return `rediss+cluster://:${new URL(cluster.url).password}@localhost:${ports[0]}`;
}

test('every node of a cluster is reached by TLS, under the name in its certificate', async ({
  skip,
}) => {
  if (url === null) return skip('this Redis was built without TLS');
  const clusterUrl = await startEncryptedCluster();
  const redis = connectRedis(`${clusterUrl}?sslrootcert=${files.rightCa}`, 'queue');
  onTestFinished(() => redis.disconnect());
  const keys = Array.from({ length: 30 }, (_, index) => `key-${index}`);
  for (const key of keys) expect(await redis.set(key, 'value')).toBe('OK');
  const masters = redis instanceof Cluster ? redis.nodes('master') : [];
  const sizes = await Promise.all(masters.map((master) => master.dbsize()));
  expect(sizes).toHaveLength(3);
  expect(Math.min(...sizes)).toBeGreaterThan(0);
  expect(await ask(`${clusterUrl}?sslrootcert=${files.wrongCa}`, 'admission')).not.toBe('PONG');
});

/** A master, its replica and a sentinel, which take no plain text from anybody, and have certificates for their address. */
async function startEncryptedSentinel() {
  const { cert, key } = await right.issue('127.0.0.1');
  const [certFile, keyFile] = [
    join(own.directory, 'address.pem'),
    join(own.directory, 'address-key.pem'),
  ];
  await writeFile(certFile, cert);
  await writeFile(keyFile, key);
  const tls = { certFile, keyFile, caFile: files.rightCa };
  const redis = await startRedisWithSentinels({ sentinelCount: 1, downAfterMs: 300, tls });
  onTestFinished(() => redis.stop());
  return redis;
}

test('sentinels, the master that they know, and the one that they promote are reached by TLS alone', async ({
  skip,
}) => {
  if (url === null) return skip('this Redis was built without TLS');
  const { url: sentinelUrl, servers } = await startEncryptedSentinel();
  const trusting = `${sentinelUrl}&sslrootcert=${files.rightCa}`;
  expect(await ask(`${sentinelUrl}&sslrootcert=${files.wrongCa}`, 'cache')).not.toBe('PONG');
  expect(await ask(sentinelUrl, 'cache')).not.toBe('PONG');
  expect(await ask(sentinelUrl.replace('rediss', 'redis'), 'cache')).not.toBe('PONG');
  const connections = (['admission', 'cache', 'queue'] as const).map((purpose) => {
    const redis = connectRedis(trusting, purpose);
    onTestFinished(() => redis.disconnect());
    return redis;
  });
  for (const redis of connections) {
    await waitUntilReady(redis, agreedTimeoutMs);
    expect(await redis.set('key', 'value')).toBe('OK');
  }
  servers[0].kill();
  const written = async () => {
    const answers = connections.map((redis) => redis.set('key', 'again').catch(String));
    return await Promise.all(answers);
  };
  await expect.poll(written, { interval: 100, timeout: 20_000 }).toEqual(['OK', 'OK', 'OK']);
});
