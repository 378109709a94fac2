import { apiNodeFlags } from '@holdfast/command';
import { describe, expect, test } from 'vitest';
import { documentedRules } from './acl.ts';
import { composeText, readCompose } from './compose.ts';

const secrets = {
  POSTGRES_PASSWORD: 'p-of-postgres',
  APP_DATABASE_PASSWORD: 'p-of-app',
  REDIS_PASSWORD: 'p-of-redis',
  AUTH_SECRET: 's-of-tokens',
  ADMIN_TOKEN: 't-of-admin',
};
const services = readCompose(secrets);
const { postgres, redis, migrate, api, worker } = services;
const digest = `@sha256:${'0'.repeat(64)}`;
const pins = {
  NODE_IMAGE: `node:24${digest}`,
  POSTGRES_IMAGE: `postgres:18${digest}`,
  REDIS_IMAGE: `redis:7${digest}`,
};
const pinned = readCompose({ ...secrets, ...pins });

test.each(Object.keys(secrets))(
  'nothing starts without %s: there is no password to guess',
  (name) => {
    const { [name as keyof typeof secrets]: _, ...others } = secrets;
    expect(() => readCompose(others)).toThrow(`${name}: Make it before the first start`);
    // The line that makes them all names it.
    expect(/for name in ([A-Z_ ]+);/.exec(composeText)?.[1]?.split(' ')).toContain(name);
  },
);

describe.each(Object.entries(services))('%s', (name, service) => {
  test('can write nowhere but in memory and in its volume, and gain no rights', () => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    });
    expect(service).not.toHaveProperty('cap_add');
    expect(service).not.toHaveProperty('privileged');
    expect(service.tmpfs).toContain('/tmp');
  });

  test('has a bound on its memory and on its processes', () => {
    expect(service.mem_limit).toMatch(/^\d+[mg]$/);
    expect(service.pids_limit).toBeGreaterThan(0);
  });

  test('does not run as root: the image says who, or this file', () => {
    const user = service.user ?? (service.build === undefined ? 'root' : 'of our image');
    expect(user).toMatch(/^[1-9]\d*:[1-9]\d*$|^of our image$/);
  });

  test('comes from an image that can be pinned by digest, or is made here and never fetched', () => {
    const from = service.image ?? JSON.stringify(service.build);
    expect(from).toMatch(/^(postgres|redis):|"NODE_IMAGE":"node:/);
    const { image, build } = pinned[name as keyof typeof pinned];
    expect(JSON.stringify({ image, build })).toContain(digest);
  });

  test('is published on this machine alone, if at all', () => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  test('knows no secret that it does not need', () => {
    const text = JSON.stringify(service);
    const known = Object.entries(secrets).filter(([, secret]) => text.includes(secret));
    expect(known.map(([secretName]) => secretName)).toEqual(needed[name as keyof typeof services]);
  });
});

const needed: Readonly<Record<keyof typeof services, readonly string[]>> = {
  postgres: ['POSTGRES_PASSWORD'],
  redis: ['REDIS_PASSWORD'],
  migrate: ['POSTGRES_PASSWORD', 'APP_DATABASE_PASSWORD'],
  api: ['APP_DATABASE_PASSWORD', 'REDIS_PASSWORD', 'AUTH_SECRET'],
  worker: ['APP_DATABASE_PASSWORD', 'REDIS_PASSWORD', 'ADMIN_TOKEN'],
};

test('whatever goes on running has a health check, with a bound on its time', () => {
  const running = Object.entries(services).filter(([, { restart }]) => restart !== 'no');
  expect(running.map(([name]) => name)).toEqual(['postgres', 'redis', 'api', 'worker']);
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

test('they start in order: tables before those who need them, and the database before these', () => {
  const migrated = { condition: 'service_completed_successfully' };
  const healthy = { condition: 'service_healthy' };
  expect(migrate.depends_on).toEqual({ postgres: healthy });
  expect(api.depends_on).toEqual({ migrate: migrated });
  expect(worker.depends_on).toEqual({ migrate: migrated, redis: healthy });
});

test('the api is told to use its memory as `start` tells it', () => {
  expect(api.command).toEqual(['node', ...apiNodeFlags, 'apps/api/main.js']);
});

test('a migration that fails ends, and says why, instead of failing for ever', () => {
  expect(migrate.restart).toBe('no');
  expect(migrate.command).toEqual(expect.arrayContaining(['--wait', '60s']));
});

test('only the migration connects as the owner; api and worker as the role that it grants to', () => {
  const roleOf = ({ environment = {} }: typeof api) =>
    new URL(String(environment['DATABASE_URL'])).username;
  expect(roleOf(migrate)).toBe(postgres.environment?.['POSTGRES_USER']);
  const granted = migrate.command?.[migrate.command.indexOf('--grant-to') + 1];
  expect([roleOf(api), roleOf(worker)]).toEqual([granted, granted]);
  expect(granted).not.toBe(roleOf(migrate));
});

test("Redis' one user has the rights that docs/operations.md lists, and nobody comes without a password", () => {
  const command = redis.command ?? [];
  const [, ...users] = command
    .join('\n')
    .split('--user\n')
    .map((one) => one.trim().split('\n'));
  expect(users).toEqual([
    ['default', 'off'],
    [
      'holdfast',
      'on',
      `>${secrets.REDIS_PASSWORD}`,
      ...documentedRules('holdfast_worker').slice(1),
    ],
  ]);
  const { username, password } = new URL(String(api.environment?.['REDIS_URL']));
  expect([username, password]).toEqual(['holdfast', secrets.REDIS_PASSWORD]);
});

test('Redis keeps what it is told to keep, within its memory', () => {
  const valueOf = (option: string) => redis.command?.[redis.command.indexOf(option) + 1];
  expect(valueOf('--maxmemory-policy')).toBe('noeviction');
  expect(Number.parseInt(valueOf('--maxmemory') ?? '', 10)).toBeLessThan(
    Number.parseInt(redis.mem_limit ?? '', 10),
  );
});
