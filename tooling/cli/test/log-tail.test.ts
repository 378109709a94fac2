import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { expect, test } from 'vitest';
import { createLogTail, readableLine } from '../src/stack/log-tail.ts';

test('a JSON line reads as a sentence, with what went wrong', () => {
  const line = JSON.stringify({ level: 50, msg: 'cannot start', err: { message: 'no port' } });
  expect(readableLine(line)).toBe('error cannot start: no port');
});

test.each(['plain text', '{"no":"message"}', '{broken'])(
  'any other line stays as it is: %s',
  (line) => {
    expect(readableLine(line)).toBe(line);
  },
);

test('the last lines are kept, and not more of them than a bound', async () => {
  const log = createLogTail();
  const seen: string[] = [];
  const stream = Readable.from(Array.from({ length: 1_000 }, (_, index) => `${index}\n`));
  log.follow(stream, (line) => seen.push(line));
  await finished(stream);
  await expect.poll(() => seen.length).toBe(1_000);
  expect(log.last()).toHaveLength(15);
  expect(log.last().slice(-3)).toEqual(['997', '998', '999']);
});

test('under load, the few loud lines are the ones that are shown', async () => {
  const log = createLogTail();
  const quiet = JSON.stringify({ level: 30, msg: 'request' });
  const loud = JSON.stringify({ level: 60, msg: 'out of memory' });
  const stream = Readable.from([`${quiet}\n`, `${loud}\n`, `${quiet}\n`]);
  log.follow(stream, () => {});
  await finished(stream);
  await expect.poll(() => log.last()).toEqual(['fatal out of memory']);
});
