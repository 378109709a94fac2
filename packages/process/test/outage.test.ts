import { expect, test } from 'vitest';
import { watchOutage } from '@holdfast/process';
import { memoryLog } from './memory-log.ts';

test('an outage is logged when it begins and when it ends, however often it is met meanwhile', () => {
  const { logger, lines } = memoryLog();
  let nowMs = 1_000;
  const outage = watchOutage(logger, 'Redis', () => nowMs);
  outage.over();
  for (let attempt = 1; attempt <= 50; attempt += 1) outage.note(new Error(`attempt ${attempt}`));
  nowMs = 4_000;
  outage.over();
  outage.over();
  expect(lines()).toMatchObject([
    { msg: 'Redis fails; it is tried again and again', err: { message: 'attempt 1' } },
    { msg: 'Redis works again', durationMs: 3_000, errorCount: 50 },
  ]);
});

test('the next outage is logged again', () => {
  const { logger, lines } = memoryLog();
  const outage = watchOutage(logger, 'Redis');
  outage.note(new Error('one'));
  outage.over();
  outage.note(new Error('two'));
  expect(lines().filter(({ msg }) => msg.startsWith('Redis fails'))).toHaveLength(2);
});
