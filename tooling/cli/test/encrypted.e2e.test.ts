import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  makeAuthority,
  type OwnServer,
  requireTlsOfPostgres,
  requireTlsOfRedis,
  startOwnPostgres,
  startOwnRedis,
  type TlsFiles,
  writeAuthorities,
} from '@holdfast/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from './command.ts';

const right = await makeAuthority('the right authority');
const wrong = await makeAuthority('another authority');
const load = ['stress', '--users', '20', '--seats', '10', '--processes', '1'];
let postgres: OwnServer;
let redis: OwnServer;
let files: TlsFiles;
let redisUrl: string | null;

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startOwnPostgres(), startOwnRedis()]);
  files = await writeAuthorities(postgres.directory, { right, wrong });
  await requireTlsOfPostgres(postgres, right, 'localhost');
  redisUrl = await requireTlsOfRedis(redis, right);
});
afterAll(async () => {
  await postgres[Symbol.asyncDispose]();
  await redis[Symbol.asyncDispose]();
});

function databaseUrl(ca: string): string {
  const url = new URL(postgres.url);
  url.hostname = 'localhost';
  url.search = new URLSearchParams({ sslmode: 'verify-full', sslrootcert: ca }).toString();
  return url.href;
}

/** Who has connected to PostgreSQL, and whether all of their connections were encrypted. */
async function connections(): Promise<Readonly<Record<string, boolean>>> {
  const log = await readFile(join(postgres.directory, 'server.log'), 'utf8');
  const encrypted: Record<string, boolean> = {};
  for (const line of log.split('\n')) {
    const name = /connection authorized: .*application_name=(holdfast\S*)/.exec(line)?.[1];
    if (name === undefined) continue;
    encrypted[name] = (encrypted[name] ?? true) && line.includes('SSL enabled');
  }
  return encrypted;
}

test('api, worker and commands book, relay and audit over encrypted connections alone', async () => {
  const withoutRedis = { DATABASE_URL: databaseUrl(files.rightCa) };
  const plain = await runCommand([...load, '--without-redis'], withoutRedis);
  expect(plain).toMatchObject({ exitCode: 0, stderr: expect.any(String) });
  expect(await connections()).toEqual({
    'holdfast-api': true,
    'holdfast-api-feed': true,
    'holdfast-audit': true,
    'holdfast-jobs': true,
    'holdfast-migrate': true,
    'holdfast-ready': true,
    'holdfast-worker': true,
  });
});

test('the same with a Redis that takes TLS alone', async ({ skip }) => {
  if (redisUrl === null) return skip('this Redis was built without TLS');
  const REDIS_URL = `${redisUrl}?sslrootcert=${files.rightCa}`;
  const ended = await runCommand(load, { DATABASE_URL: databaseUrl(files.rightCa), REDIS_URL });
  expect(ended).toMatchObject({ exitCode: 0, stderr: expect.any(String) });
});

test('a command that trusts another authority says so, and goes no further', async ({ skip }) => {
  const DATABASE_URL = databaseUrl(files.wrongCa);
  const migrate = await runCommand(['migrate'], { DATABASE_URL });
  expect(migrate.exitCode).not.toBe(0);
  expect(migrate.stderr).toMatch(/certificate/);
  if (redisUrl === null) return skip('this Redis was built without TLS');
  const REDIS_URL = `${redisUrl}?sslrootcert=${files.wrongCa}`;
  const ended = await runCommand(load, { DATABASE_URL: databaseUrl(files.rightCa), REDIS_URL });
  expect(ended.exitCode).not.toBe(0);
  expect(ended.stderr).toMatch(/REDIS_URL: .*certificate/);
});
