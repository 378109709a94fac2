import { describe, expect, test } from 'vitest';
import { createLogger } from '@holdfast/process';
import { describeError } from '../src/logger.ts';

function createRecorder(secrets: readonly string[]) {
  const lines: string[] = [];
  const stream = { write: (line: string) => void lines.push(line) };
  return { lines, logger: createLogger({ service: 'test', level: 'trace', secrets, stream }) };
}

describe('a secret is not written, wherever it came from', () => {
  const secret = 'canary "quoted" \\ secret';

  test('as text, inside an object, inside an error, and escaped as JSON', () => {
    const { lines, logger } = createRecorder([secret]);
    logger.info(`starting with ${secret}`);
    logger.info({ options: { key: secret } }, 'options');
    logger.error({ err: new Error('outer', { cause: new Error(secret) }) }, 'failed');
    expect(lines).toHaveLength(3);
    for (const line of lines) {
      expect(line).toContain('[hidden]');
      expect(line).not.toContain('canary');
      expect(() => JSON.parse(line)).not.toThrow();
    }
  });

  test('negative control: without being told of it, the same line has it', () => {
    const { lines, logger } = createRecorder([]);
    logger.info(`starting with ${secret}`);
    expect(lines[0]).toContain('canary');
  });
});

test('what looks like a token is not written', () => {
  const part = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');
  const token = [part({ alg: 'HS256' }), part({ sub: 'ada' }), 'c2lnbmF0dXJl'].join('.');
  const { lines, logger } = createRecorder([]);
  logger.info({ authorization: `Bearer ${token}` }, `/trpc/${token}`);
  expect(lines[0]).not.toContain(token);
  expect(lines[0]).not.toContain(token.split('.')[2]);
});

test('an error is logged as what it is, without what libraries hang on it', () => {
  const err = Object.assign(new TypeError('Invalid URL', { cause: new Error('why') }), {
    code: 'ERR_INVALID_URL',
    input: 'postgres://app:canary@db/holdfast',
  });
  const { lines, logger } = createRecorder([]);
  logger.error({ err }, 'failed');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    err: {
      type: 'TypeError',
      message: 'Invalid URL',
      code: 'ERR_INVALID_URL',
      cause: { type: 'Error', message: 'why' },
    },
  });
  expect(lines[0]).not.toContain('canary');
});

test('an error that is its own cause ends', () => {
  const error = new Error('round');
  error.cause = error;
  expect(JSON.stringify(describeError(error)).match(/round/g)?.length).toBeLessThan(20);
});
