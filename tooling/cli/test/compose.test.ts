import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { apiNodeFlags } from '@holdfast/command';
import { describe, expect, test } from 'vitest';
import { documentedRules } from '@holdfast/testing/documented-acl';
import { readCompose, secretsReadBy, type Service } from './compose.ts';
import { durationMs } from './duration.ts';
import { repositoryRoot } from './image.ts';

const compose = readCompose({});
const { services } = compose;
const { postgres, redis, migrate, api, proxy, worker } = services;
const digest = `@sha256:${'0'.repeat(64)}`;
const pinned = readCompose({
  NODE_IMAGE: `node:24${digest}`,
  POSTGRES_IMAGE: `postgres:18${digest}`,
  REDIS_IMAGE: `redis:7${digest}`,
  HAPROXY_IMAGE: `haproxy:3${digest}`,
}).services;

describe.each(Object.entries(services))('%s', (name, service: Service) => {
  test('can write nowhere but in memory and in its volume, and gain no rights', () => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    });
    expect(service).not.toHaveProperty('cap_add');
    expect(service).not.toHaveProperty('privileged');
    expect(service.tmpfs).toContain('/tmp');
    const written = (service.volumes ?? []).filter((volume) => !volume.endsWith(':ro'));
    expect(written).toEqual(name === 'postgres' ? ['postgres:/var/lib/postgresql'] : []);
  });

  test('has a bound on its memory, on its processes and on its log', () => {
    expect(service.mem_limit).toMatch(/^\d+[mg]$/);
    expect(service.pids_limit).toBeGreaterThan(0);
    expect(service.logging?.options).toMatchObject({ 'max-size': '20m', 'max-file': '5' });
  });

  test('does not run as root: the image says who, or this file', () => {
    const user = service.user ?? (service.build === undefined ? 'root' : 'of our image');
    expect(user).toMatch(/^[1-9]\d*:[1-9]\d*$|^of our image$/);
  });

  test('comes from an image that can be pinned by digest, or is made here and never fetched', () => {
    const from = service.image ?? JSON.stringify(service.build);
    expect(from).toMatch(/^(postgres|redis|haproxy):|"NODE_IMAGE":"node:/);
    const { image, build } = pinned[name as keyof typeof pinned];
    expect(JSON.stringify({ image, build })).toContain(digest);
  });

  test('is reached from outside by the proxy alone, and that on this machine alone', () => {
    expect(service.ports ?? []).toEqual(name === 'proxy' ? ['127.0.0.1:3000:8080'] : []);
    expect(service.networks).toEqual(networks[name as keyof typeof services]);
  });

  test('is given the secrets that it reads, and no other', () => {
    expect(service.secrets ?? []).toEqual(needed[name as keyof typeof services]);
    expect(secretsReadBy(service).toSorted()).toEqual((service.secrets ?? []).toSorted());
  });

  test('has no secret in its environment, where whoever may look at containers reads it', () => {
    const names = Object.keys(service.environment ?? {});
    const isSecret = /PASSWORD|SECRET|TOKEN|_URL/;
    expect(names.filter((one) => isSecret.test(one) && !one.endsWith('_FILE'))).toEqual([]);
  });
});

const networks: Readonly<Record<keyof typeof services, readonly string[]>> = {
  postgres: ['back'],
  redis: ['back'],
  migrate: ['back'],
  api: ['front', 'back'],
  proxy: ['front'],
  worker: ['back'],
};

const needed: Readonly<Record<keyof typeof services, readonly string[]>> = {
  postgres: ['postgres_password'],
  redis: ['redis_password'],
  migrate: ['owner_database_url', 'app_database_password'],
  api: ['app_database_url', 'redis_url', 'auth_secret'],
  proxy: [],
  worker: ['app_database_url', 'redis_url', 'admin_token'],
};

test('the network of the database reaches nothing outside', () => {
  expect(compose.networks).toEqual({ front: null, back: { internal: true } });
});

test('each secret is a file of its own, of a name that says so', () => {
  const names = Object.values(needed).flat();
  expect(Object.keys(compose.secrets).toSorted()).toEqual([...new Set(names)].toSorted());
  for (const [name, { file }] of Object.entries(compose.secrets)) {
    expect(file).toBe(`./secrets/${name}`);
  }
});

test('whatever goes on running has a health check, with a bound on its time', () => {
  const running = Object.entries(services).filter(([, { restart }]) => restart !== 'no');
  expect(running.map(([name]) => name)).toEqual(['postgres', 'redis', 'api', 'proxy', 'worker']);
  for (const [name, { healthcheck }] of running) {
    expect([name, healthcheck?.timeout]).toEqual([name, '5s']);
  }
});

test('the database is asked over TCP: on its socket it answers before it is there', () => {
  expect(postgres.healthcheck?.test.join(' ')).toContain('pg_isready -h 127.0.0.1');
});

test('a Redis that refuses is not healthy, though redis-cli ends with 0', () => {
  expect(redis.healthcheck?.test).toEqual(['CMD-SHELL', expect.stringMatching(/\| grep -q PONG$/)]);
});

test('they start in order: tables before those who need them, the database before these, and apis before the proxy', () => {
  const migrated = { condition: 'service_completed_successfully' };
  const healthy = { condition: 'service_healthy' };
  expect(migrate.depends_on).toEqual({ postgres: healthy });
  expect(api.depends_on).toEqual({ migrate: migrated });
  expect(proxy.depends_on).toEqual({ api: healthy });
  expect(worker.depends_on).toEqual({ migrate: migrated, redis: healthy });
});

test('several apis take the calls, and PostgreSQL has connections for twice as many', () => {
  const { replicas = 1 } = api.deploy ?? {};
  expect(replicas).toBeGreaterThan(1);
  const [ofAnApi, ofOthers, ofPostgres] = [12, 20, 97];
  expect(2 * replicas * ofAnApi + ofOthers).toBeLessThan(ofPostgres);
});

test('the api believes the one proxy in front of it, and its files are there', () => {
  expect(api.environment?.['PROXY_COUNT']).toBe(1);
  const files = (proxy.command ?? []).filter((word) => word.endsWith('.cfg'));
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) {
    expect([
      file,
      existsSync(join(repositoryRoot, file.replace('/etc/holdfast', 'deploy/proxy'))),
    ]).toEqual([file, true]);
  }
});

test('an api that stops is given the time that it takes, and the proxy the time to notice', () => {
  const delayMs = Number(api.environment?.['DRAIN_DELAY_MS']);
  const [requestTimeoutMs, drainTimeoutMs] = [8_000, 15_000];
  expect(delayMs).toBeGreaterThanOrEqual(5_000);
  expect(delayMs + requestTimeoutMs).toBeLessThan(drainTimeoutMs);
  expect(durationMs(api.stop_grace_period)).toBeGreaterThan(drainTimeoutMs);
  expect(durationMs(worker.stop_grace_period)).toBeGreaterThan(25_000);
});

test('the api is told to use its memory as `start` tells it', () => {
  expect(api.command).toEqual(['node', ...apiNodeFlags, 'apps/api/main.js']);
});

test('a migration that fails ends, and says why, instead of failing for ever', () => {
  expect(migrate.restart).toBe('no');
  expect(migrate.command).toEqual(expect.arrayContaining(['--wait', '60s']));
});

test("Redis' one user has the rights that docs/operations.md lists, and nobody comes without a password", () => {
  const [, script = ''] = /echo "([^"]*)"/.exec(redis.command?.at(-1) ?? '') ?? [];
  const users = script.replaceAll('\\\n', '').split('\n');
  expect(users.map((line) => line.trim().split(/\s+/))).toEqual([
    ['user', 'default', 'off'],
    ['user', 'holdfast', 'on', '>$password', ...documentedRules('holdfast_worker').slice(1)],
  ]);
});

test('Redis keeps what it is told to keep, within its memory', () => {
  const words = redis.command?.at(-1)?.split(/\s+/) ?? [];
  const valueOf = (option: string) => words[words.indexOf(option) + 1];
  expect(valueOf('--maxmemory-policy')).toBe('noeviction');
  expect(Number.parseInt(valueOf('--maxmemory') ?? '', 10)).toBeLessThan(
    Number.parseInt(redis.mem_limit ?? '', 10),
  );
});
