import { describe, expect, test } from 'vitest';
import { createLogger, hiddenOf, redactUrl } from '@holdfast/process';

/** What one error looks like in the log of a worker with these URLs. */
function logged(urls: string[], error: unknown): string {
  let text = '';
  const stream = { write: (line: string) => void (text += line) };
  const secrets = urls.flatMap((url) => hiddenOf('DATABASE_URL', url));
  createLogger({ service: 'test', level: 'info', secrets, stream }).error(
    { err: error },
    'trouble',
  );
  return text;
}

describe('the log', () => {
  test('shows of an error what it is, not what libraries hang on it', () => {
    const error = Object.assign(new Error('WRONGPASS', { cause: new Error('deeper') }), {
      code: 'EAUTH',
      command: { name: 'auth', args: ['canary-password'] },
    });
    const line = logged([], error);
    expect(JSON.parse(line).err).toMatchObject({
      type: 'Error',
      message: 'WRONGPASS',
      code: 'EAUTH',
      cause: { message: 'deeper' },
    });
    expect(line).not.toContain('canary');
  });

  test.each([
    ['as it stands in the URL', 'redis://:canary%2Fone@cache', 'AUTH canary%2Fone failed'],
    ['as it is sent', 'redis://:canary%2Fone@cache', 'AUTH canary/one failed'],
    ['with a quote in it', 'redis://:canary%22one@cache', 'AUTH canary"one failed'],
    ['with the whole URL', 'redis://:canary-one@cache', 'cannot reach redis://:canary-one@cache'],
    [
      'of sentinels',
      'redis+sentinel://a/main?sentinel_password=canary-one',
      'AUTH canary-one failed',
    ],
  ])('hides a password that a message quotes: %s', (_, url, message) => {
    const line = logged([url], new Error(message));
    expect(line).not.toContain('canary');
    expect(JSON.parse(line).err.message).toContain('[hidden]');
  });
});

test('a URL is shown without its user and password', () => {
  expect(redactUrl('redis://ann:secret@cache:6379/1')).toBe('redis://cache:6379/1');
  expect(redactUrl('nonsense')).toBe('');
});
