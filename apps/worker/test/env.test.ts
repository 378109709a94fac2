import { describe, expect, test } from 'vitest';
import { SettingsInvalid } from '@holdfast/process';
import { readEnv, secretsOf } from '../src/env.ts';

const urls = {
  DATABASE_URL: 'postgres://ann:canary@db/holdfast',
  REDIS_URL: 'rediss://:canary@cache:6380',
};

/** What the worker says about these variables. */
function complaintAbout(variables: Record<string, string | undefined>): string {
  try {
    readEnv(variables);
  } catch (error) {
    if (error instanceof SettingsInvalid) return error.message;
    throw error;
  }
  return '';
}

describe('the environment', () => {
  test('has defaults for everything but the database', () => {
    const { DATABASE_URL } = urls;
    expect(readEnv({ DATABASE_URL })).toEqual({
      DATABASE_URL,
      REDIS_PREFIX: 'holdfast',
      AUDIT_EVERY_MS: 60_000,
      LOG_LEVEL: 'info',
      OTEL_BSP_MAX_QUEUE_SIZE: 8_192,
      OTEL_BSP_SCHEDULE_DELAY: 5_000,
      OTEL_EXPORTER_OTLP_HEADERS: '',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      OTEL_METRIC_EXPORT_INTERVAL: 60_000,
      OTEL_SDK_DISABLED: 'false',
      OTEL_TRACES_SAMPLER: 'parentbased_always_on',
      OTEL_TRACES_SAMPLER_ARG: 1,
      ADMIN_HOST: '127.0.0.1',
    });
  });

  test('an empty variable counts as missing', () => {
    expect(readEnv({ ...urls, REDIS_PREFIX: '' }).REDIS_PREFIX).toBe('holdfast');
    expect(readEnv({ ...urls, REDIS_URL: '' }).REDIS_URL).toBeUndefined();
    expect(complaintAbout({ ...urls, DATABASE_URL: '' })).toContain('DATABASE_URL is missing');
  });

  test('every wrong variable is named, with the fix', () => {
    const complaint = complaintAbout({
      REDIS_URL: 'cache:6379',
      REDIS_PREFIX: 'a b',
      AUDIT_EVERY_MS: '10',
      LOG_LEVEL: 'loud',
      ADMIN_PORT: '9100',
    });
    expect(complaint.split('\n')).toEqual([
      'The worker cannot start. Fix the environment:',
      expect.stringMatching(/DATABASE_URL is missing\. Set it, .*postgres:\/\//),
      expect.stringMatching(/REDIS_URL is not a URL that starts with redis:\/\/ or .*Fix/),
      expect.stringMatching(/REDIS_PREFIX may have .*\. Leave it out for holdfast\./),
      expect.stringMatching(/AUDIT_EVERY_MS is not a whole number from 1000 to .*60000\./),
      expect.stringMatching(/LOG_LEVEL is not one of trace, .*silent\./),
      expect.stringMatching(/ADMIN_TOKEN is missing, and ADMIN_PORT is set\..*openssl rand/),
    ]);
  });

  test.each([
    ['DATABASE_URL', 'redis://:canary@cache'],
    ['DATABASE_URL', 'ann:canary@db/holdfast'],
    ['REDIS_URL', 'postgres://ann:canary@db/holdfast'],
    ['REDIS_URL', 'canary'],
  ])('%s=%s is refused, and not repeated: it may hold a password', (name, value) => {
    const complaint = complaintAbout({ ...urls, [name]: value });
    expect(complaint).toContain(name);
    expect(complaint).not.toContain('canary');
  });
});

test('what must not be logged: both passwords and the token', () => {
  const token = 'canary-0123456789-0123456789-0123';
  const env = readEnv({ ...urls, ADMIN_PORT: '0', ADMIN_TOKEN: token });
  expect(secretsOf(env)).toEqual(expect.arrayContaining(['canary', token, ...Object.values(urls)]));
});
