import { describe, expect, test } from 'vitest';
import { SettingsInvalid } from '@holdfast/process';
import { readEnv } from '../src/env.ts';

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
  test('has defaults for everything but the two URLs', () => {
    expect(readEnv(urls)).toEqual({ ...urls, QUEUE_PREFIX: 'holdfast', LOG_LEVEL: 'info' });
  });

  test('an empty variable counts as missing', () => {
    expect(readEnv({ ...urls, QUEUE_PREFIX: '' }).QUEUE_PREFIX).toBe('holdfast');
    expect(complaintAbout({ ...urls, REDIS_URL: '' })).toContain('REDIS_URL is missing');
  });

  test('every wrong variable is named, with the mend', () => {
    const complaint = complaintAbout({ LOG_LEVEL: 'loud', QUEUE_PREFIX: 'a b' });
    expect(complaint.split('\n')).toEqual([
      'The worker cannot start. Mend the environment:',
      expect.stringMatching(/DATABASE_URL is missing\. Set it, .*postgres:\/\//),
      expect.stringMatching(/REDIS_URL is missing\. Set it, .*redis:\/\//),
      expect.stringMatching(/QUEUE_PREFIX may have .*\. Leave it out for holdfast\./),
      expect.stringMatching(/LOG_LEVEL is not one of trace, .*silent\./),
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
