import { expect, test } from 'vitest';
import { watchOutage } from '../src/outage.ts';
import { memoryLog } from './fixture.ts';

test('an outage is logged when it begins and when it ends, however often it is met meanwhile', () => {
  const { log, lines } = memoryLog();
  let nowMs = 1_000;
  const outage = watchOutage(log, 'Redis', () => nowMs);
  outage.over();
  for (let attempt = 1; attempt <= 50; attempt += 1) outage.note(new Error(`attempt ${attempt}`));
  nowMs = 4_000;
  outage.over();
  outage.over();
  expect(lines).toMatchObject([
    { msg: 'Redis fails; the worker goes on trying', err: { message: 'attempt 1' } },
    { msg: 'Redis works again', durationMs: 3_000, errorCount: 50 },
  ]);
});

test('the next outage is logged again', () => {
  const { log, said } = memoryLog();
  const outage = watchOutage(log, 'Redis');
  outage.note(new Error('one'));
  outage.over();
  outage.note(new Error('two'));
  expect(said('Redis fails; the worker goes on trying')).toHaveLength(2);
});
