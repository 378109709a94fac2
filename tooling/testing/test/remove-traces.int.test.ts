import { createDatabase, type Services } from '@holdfast/services';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { freshPrefix } from '../src/fresh-prefix.ts';
import { type OwnServer, startOwnPostgres } from '../src/own-servers.ts';
import { providedServices } from '../src/provided.ts';
import { removeTraces } from '../src/remove-traces.ts';

/** To drop a database, a server first writes all that it holds to its disk: the run's holds that of all files. */
let own: OwnServer;
beforeAll(async () => {
  own = await startOwnPostgres();
});
afterAll(() => own[Symbol.asyncDispose]());

/** Servers as if somebody else had started them. */
function givenServices(): Services {
  const { redisUrl } = providedServices();
  return {
    databaseUrl: own.url,
    redisUrl,
    postgres: null,
    redis: null,
    stop: async () => {},
  };
}

async function databaseNames(): Promise<string[]> {
  const client = new pg.Client({ connectionString: givenServices().databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database');
  await client.end();
  return rows.map(({ datname }) => datname);
}

test("on given servers, a run's databases and keys are removed, and nobody else's", async () => {
  const [runName, otherName] = [freshPrefix(), freshPrefix()];
  const services = givenServices();
  await createDatabase(services.databaseUrl, `${runName}_a`);
  await createDatabase(services.databaseUrl, `${runName}_b`);
  await createDatabase(services.databaseUrl, otherName);
  const redis = new Redis(services.redisUrl);
  onTestFinished(() => redis.disconnect());
  await redis.mset({
    [`${runName}:key`]: 1,
    [`bull:${runName}:queue`]: 1,
    [`${otherName}:key`]: 1,
  });

  await removeTraces(services, runName);

  const names = await databaseNames();
  expect(names).toContain(otherName);
  expect(names.filter((name) => name.startsWith(runName))).toEqual([]);
  expect(await redis.keys(`*${runName}*`)).toEqual([]);
  expect(await redis.exists(`${otherName}:key`)).toBe(1);
});

test('on servers that go away with the run, nothing is looked for', async () => {
  const runName = freshPrefix();
  const services = givenServices();
  await createDatabase(services.databaseUrl, runName);
  const handle = {
    pid: 0,
    port: 0,
    stop: async () => {},
    kill: () => {},
    restart: async () => {},
  };
  await removeTraces({ ...services, postgres: handle, redis: handle }, runName);
  expect(await databaseNames()).toContain(runName);
});
