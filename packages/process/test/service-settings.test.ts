import { describe, expect, test } from 'vitest';
import {
  adminFields,
  adminFrom,
  adminTokenRule,
  readSettings,
  redisPrefix,
  redisUrl,
  SettingsInvalid,
  type Variables,
} from '@holdfast/process';
import { z } from 'zod';

const schema = z
  .object({ REDIS_URL: redisUrl, REDIS_PREFIX: redisPrefix, ...adminFields })
  .check(adminTokenRule);
const token = 'canary-0123456789-0123456789-0123';

function read(variables: Variables) {
  return readSettings({ who: 'The test', schema, variables });
}

function complaintAbout(variables: Variables): string {
  try {
    read(variables);
  } catch (error) {
    if (error instanceof SettingsInvalid) return error.message;
    throw error;
  }
  return '';
}

test('without any setting there is no Redis and no admin server', () => {
  const settings = read({});
  expect(settings).toEqual({ REDIS_PREFIX: 'holdfast', ADMIN_HOST: '127.0.0.1' });
  expect(adminFrom(settings)).toBeNull();
});

describe('REDIS_URL', () => {
  test.each(['redis://a', 'rediss://a', 'redis+cluster://a:7000', 'rediss+cluster://a:7000'])(
    '%s is taken',
    (url) => {
      expect(read({ REDIS_URL: url }).REDIS_URL).toBe(url);
    },
  );

  test.each(['http://canary@a', 'redis:', 'canary'])('%s is refused, and not repeated', (url) => {
    const complaint = complaintAbout({ REDIS_URL: url });
    expect(complaint).toContain('REDIS_URL is not a URL that starts with redis:// or rediss://');
    expect(complaint).not.toContain('canary');
  });
});

describe('the admin server', () => {
  test('is configured with a port and a token', () => {
    const settings = read({ ADMIN_PORT: '0', ADMIN_TOKEN: token });
    expect(adminFrom(settings)).toEqual({ host: '127.0.0.1', port: 0, token });
  });

  test('is none with a token alone', () => {
    expect(adminFrom(read({ ADMIN_TOKEN: token }))).toBeNull();
  });

  test('is never without a token, and the fix is named beside all others', () => {
    const complaint = complaintAbout({ ADMIN_PORT: '9100', REDIS_PREFIX: 'a b' });
    expect(complaint).toMatch(/ADMIN_TOKEN is missing, and ADMIN_PORT is set\..*openssl rand/);
    expect(complaint).toContain('REDIS_PREFIX may have letters');
  });

  test.each([
    ['one that is short', 'canary-0123456789-0123456789-01'],
    ['one with a space', 'canary 0123456789-0123456789-0123'],
    ['one that no header carries', 'canary-0123456789-0123456789-012é'],
  ])('takes no token but a long one that can be sent: %s', (_, wrong) => {
    const complaint = complaintAbout({ ADMIN_PORT: '9100', ADMIN_TOKEN: wrong });
    expect(complaint.match(/ADMIN_TOKEN/g)).toHaveLength(1);
    expect(complaint).toMatch(/ADMIN_TOKEN is shorter than 32 characters, or .*openssl rand/);
    expect(complaint).not.toContain('canary');
  });

  test.each(['65536', '-1', '1e3', 'http'])('takes no port like %s', (port) => {
    const complaint = complaintAbout({ ADMIN_PORT: port, ADMIN_TOKEN: token });
    expect(complaint).toContain('ADMIN_PORT is not a whole number from 0 to 65535. Leave it out');
  });
});
