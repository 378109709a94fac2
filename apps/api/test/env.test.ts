import { describe, expect, test } from 'vitest';
import { SettingsInvalid } from '@holdfast/process';
import { doorFrom } from '../src/development/door-settings.ts';
import { readEnv } from '../src/env.ts';

const least = {
  DATABASE_URL: 'postgres://app:hunter2hunter2@db.internal:5432/holdfast',
  AUTH_SECRET: 'x'.repeat(32),
};

function messageFor(changes: Record<string, string | undefined>): string {
  try {
    readEnv({ ...least, ...changes });
  } catch (error) {
    if (error instanceof SettingsInvalid) return error.message;
    throw error;
  }
  return '';
}

test('a database and a secret are enough; everything else has a default', () => {
  expect(readEnv(least)).toEqual({
    ...least,
    HOST: '127.0.0.1',
    PORT: 3_000,
    PORT_SHARED: false,
    WEB: true,
    DATABASE_POOL_SIZE: 10,
    REDIS_PREFIX: 'holdfast',
    ADMIN_HOST: '127.0.0.1',
    AUTH_ISSUER: 'holdfast',
    AUTH_AUDIENCE: 'holdfast',
    AUTH_ALGORITHMS: ['RS256', 'ES256', 'EdDSA', 'Ed25519'],
    AUTH_JWKS_PLAIN_HTTP: false,
    AUTH_ROLE_CLAIM: 'role',
    LOG_LEVEL: 'info',
    OTEL_BSP_MAX_QUEUE_SIZE: 8_192,
    OTEL_BSP_SCHEDULE_DELAY: 5_000,
    OTEL_EXPORTER_OTLP_HEADERS: '',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_METRIC_EXPORT_INTERVAL: 60_000,
    OTEL_SDK_DISABLED: 'false',
    OTEL_TRACES_SAMPLER: 'parentbased_always_on',
    OTEL_TRACES_SAMPLER_ARG: 1,
    BODY_BYTES_MAX: 65_536,
    BATCH_SIZE_MAX: 20,
    CONNECTION_COUNT_MAX: 20_000,
    CONNECTION_REQUEST_COUNT_MAX: 1,
    TURN_CALL_COUNT_MAX: 32,
    CORS_ORIGINS: [],
    PROXY_COUNT: 0,
    REQUEST_TIMEOUT_MS: 8_000,
    RECEIVE_TIMEOUT_MS: 10_000,
    KEEP_ALIVE_TIMEOUT_MS: 72_000,
    GROUP_SIZE_MAX: 500,
    QUEUE_LENGTH_MAX: 10_000,
    EVENT_COUNT_MAX: 20_000,
    CALL_WINDOW_SECONDS: 10,
    USER_CALL_COUNT_MAX: 300,
    KEY_CALL_COUNT_MAX: 6_000,
    ADDRESS_CALL_COUNT_MAX: 0,
    ADDRESS_WATCHER_COUNT_MAX: 0,
    USER_UNSOLD_SEAT_COUNT_MAX: 0,
    UNSOLD_WINDOW_SECONDS: 3_600,
    USER_COMMAND_COUNT_MAX: 100,
    READ_QUEUE_LENGTH_MAX: 10_000,
    CALLER_READ_COUNT_MAX: 500,
    DRAIN_DELAY_MS: 0,
    DRAIN_IDLE_MS: 0,
    DRAIN_TIMEOUT_MS: 15_000,
  });
});

test('a drain ends by force only after everything that it waits for', () => {
  const waits = { DRAIN_DELAY_MS: '5000', DRAIN_IDLE_MS: '6000' };
  expect(messageFor({ ...waits, DRAIN_TIMEOUT_MS: '11000' })).toContain(
    'DRAIN_TIMEOUT_MS is not longer',
  );
  expect(messageFor({ ...waits, DRAIN_TIMEOUT_MS: '11001' })).toBe('');
});

describe('the development door', () => {
  const door = {
    DEVELOPMENT_DOOR_URL: 'http://127.0.0.1:4000',
    DEVELOPMENT_DOOR_SECRET: 'x'.repeat(32),
  };

  test('is there where both of its settings are', () => {
    expect(doorFrom(readEnv({ ...least, ...door }))).toEqual({
      url: door.DEVELOPMENT_DOOR_URL,
      secret: door.DEVELOPMENT_DOOR_SECRET,
    });
    expect(doorFrom(readEnv(least))).toBeNull();
  });

  test.each([
    [{ NODE_ENV: 'production' }, 'DEVELOPMENT_DOOR_URL is for development, and NODE_ENV is'],
    [{ HOST: '0.0.0.0' }, 'DEVELOPMENT_DOOR_URL is for this machine alone, and HOST is not'],
    [{ DEVELOPMENT_DOOR_URL: 'http://door.example' }, 'DEVELOPMENT_DOOR_URL is not http on this'],
    [{ DEVELOPMENT_DOOR_URL: 'http://127.0.0.1.evil.example' }, 'DEVELOPMENT_DOOR_URL is not http'],
    [{ DEVELOPMENT_DOOR_URL: 'nonsense' }, 'DEVELOPMENT_DOOR_URL is not http on this'],
    [{ DEVELOPMENT_DOOR_SECRET: undefined }, 'DEVELOPMENT_DOOR_SECRET is missing, and'],
    [{ DEVELOPMENT_DOOR_SECRET: 'short' }, 'DEVELOPMENT_DOOR_SECRET is shorter than 32'],
  ])('does not open with %o', (changes, problem) => {
    expect(messageFor({ ...door, ...changes })).toContain(problem);
  });
});

test('a variable that is set to nothing counts as not set', () => {
  expect(readEnv({ ...least, PORT: '', AUTH_JWKS_URL: '' }).PORT).toBe(3_000);
});

test('a port is shared where the setting says so, and in no other spelling', () => {
  expect(readEnv({ ...least, PORT_SHARED: 'true' }).PORT_SHARED).toBe(true);
  expect(readEnv({ ...least, PORT_SHARED: 'false' }).PORT_SHARED).toBe(false);
});

test('origins are a list of exact ones', () => {
  const CORS_ORIGINS = 'https://shop.example, http://localhost:5173';
  expect(readEnv({ ...least, CORS_ORIGINS }).CORS_ORIGINS).toEqual([
    'https://shop.example',
    'http://localhost:5173',
  ]);
});

test.each([
  '*',
  'null',
  'shop.example',
  'https://shop.example/',
  'https://Shop.example',
  'https://shop.example:443',
  'https://*.shop.example',
  'https://ann@shop.example',
  'file:///etc',
  'https://shop.example,',
])('%s is no list of origins', (CORS_ORIGINS) => {
  expect(() => readEnv({ ...least, CORS_ORIGINS })).toThrow(
    'CORS_ORIGINS is not a list of origins such as https://shop.example',
  );
});

describe('the message names the wrong variable, what is wrong with it, and the fix', () => {
  const wrongs: [string, Record<string, string | undefined>, string][] = [
    [
      'no database',
      { DATABASE_URL: undefined },
      'DATABASE_URL is missing. Set it, as in postgres://',
    ],
    ['another scheme', { DATABASE_URL: 'mysql://x/y' }, 'DATABASE_URL is not a URL that starts'],
    ['no URL', { DATABASE_URL: 'db.internal' }, 'DATABASE_URL is not a URL that starts'],
    [
      'a word for a port',
      { PORT: 'http' },
      'PORT is not a whole number from 0 to 65535. Leave it out for 3000',
    ],
    ['a port that is none', { PORT: '65536' }, 'PORT is not a whole number from 0 to 65535'],
    ['neither yes nor no', { PORT_SHARED: '1' }, 'PORT_SHARED is not true or false. Leave it out'],
    ['a fraction', { BATCH_SIZE_MAX: '1.5' }, 'BATCH_SIZE_MAX is not a whole number'],
    ['a negative number', { GROUP_SIZE_MAX: '-1' }, 'GROUP_SIZE_MAX is not a whole number'],
    [
      'a short secret',
      { AUTH_SECRET: 'short' },
      'AUTH_SECRET is shorter than 32 characters. Make one: openssl rand',
    ],
    ['no key', { AUTH_SECRET: undefined }, 'AUTH_SECRET is missing. Set it, or AUTH_JWKS_URL'],
    [
      'two keys',
      { AUTH_JWKS_URL: 'https://id.example/keys' },
      'AUTH_SECRET and AUTH_JWKS_URL are both set. Remove',
    ],
    [
      'keys in the clear',
      { AUTH_JWKS_URL: 'http://id.example/keys' },
      'AUTH_JWKS_URL is not an https URL',
    ],
    [
      'no URL of keys',
      { AUTH_SECRET: undefined, AUTH_JWKS_URL: 'ftp://id.example/keys' },
      'AUTH_JWKS_URL is not an https URL',
    ],
    ['a short secret before', { AUTH_SECRET_PREVIOUS: 'short' }, 'AUTH_SECRET_PREVIOUS is shorter'],
    [
      'the same secret twice',
      { AUTH_SECRET_PREVIOUS: least.AUTH_SECRET },
      'AUTH_SECRET_PREVIOUS is the secret before AUTH_SECRET: set both, to different values',
    ],
    [
      'an algorithm that shares its key',
      { AUTH_ALGORITHMS: 'RS256,HS256' },
      'AUTH_ALGORITHMS.1 may have RS256',
    ],
    [
      'a role that is none',
      { AUTH_ROLE_WORDS: 'staff=manager' },
      'AUTH_ROLE_WORDS.0 is not a list as in staff=organizer,ops=admin',
    ],
    [
      'an admin by default',
      { AUTH_ROLE_DEFAULT: 'admin' },
      'AUTH_ROLE_DEFAULT is not user or organizer',
    ],
    ['another Redis', { REDIS_URL: 'http://cache' }, 'REDIS_URL is not a URL that starts'],
    ['a prefix that is more than a name', { REDIS_PREFIX: 'a:b' }, 'REDIS_PREFIX may have letters'],
    ['an admin server without a token', { ADMIN_PORT: '9100' }, 'ADMIN_TOKEN is missing'],
    ['an unknown level', { LOG_LEVEL: 'loud' }, 'LOG_LEVEL is not one of trace, debug'],
  ];

  test.each(wrongs)('%s', (_, changes, message) => {
    expect(messageFor(changes)).toContain(message);
  });

  test.each([
    [
      'nothing is set',
      { DATABASE_URL: undefined, AUTH_SECRET: undefined },
      ['DATABASE_URL is missing', 'AUTH_SECRET is missing'],
    ],
    [
      'two keys and two wrong values',
      { PORT: 'http', DATABASE_URL: 'x', AUTH_JWKS_URL: 'https://id.example/keys' },
      ['PORT is not', 'DATABASE_URL is not', 'AUTH_SECRET and AUTH_JWKS_URL are both set'],
    ],
  ])('all of them at once, each once: %s', (_, changes, problems) => {
    const [, ...lines] = messageFor(changes).split('\n');
    expect(lines).toEqual(problems.map((problem) => expect.stringContaining(problem)));
  });
});

test('the message repeats no value: some are secrets', () => {
  const message = messageFor({ DATABASE_URL: 'mysql://app:canary@x/y', AUTH_SECRET: 'canary' });
  expect(message).toContain('AUTH_SECRET');
  expect(message).not.toContain('canary');
});

test('a key set of this machine may be fetched without TLS', () => {
  const url = 'http://127.0.0.1:9000/keys';
  const env = readEnv({ ...least, AUTH_SECRET: undefined, AUTH_JWKS_URL: url });
  expect(env.AUTH_JWKS_URL).toBe(url);
});

test('a key set within a cluster may be fetched without TLS where a setting says so', () => {
  const url = 'http://issuer.auth.svc/keys';
  const plain = { ...least, AUTH_SECRET: undefined, AUTH_JWKS_URL: url };
  expect(messageFor(plain)).toContain('set AUTH_JWKS_PLAIN_HTTP=true');
  expect(readEnv({ ...plain, AUTH_JWKS_PLAIN_HTTP: 'true' }).AUTH_JWKS_URL).toBe(url);
});

test("an issuer's words for roles, and the algorithms that it signs with, are lists", () => {
  const env = readEnv({
    ...least,
    AUTH_ROLE_WORDS: 'staff=organizer, ops=admin',
    AUTH_ALGORITHMS: 'PS256, ES384',
  });
  expect(env.AUTH_ROLE_WORDS).toEqual(
    new Map([
      ['staff', 'organizer'],
      ['ops', 'admin'],
    ]),
  );
  expect(env.AUTH_ALGORITHMS).toEqual(['PS256', 'ES384']);
});
