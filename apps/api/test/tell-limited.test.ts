import { expect, test } from 'vitest';
import { tellLimited } from '../src/rates/tell-limited.ts';

test('the log says at once that callers are limited, and then once a minute how often', () => {
  const lines: object[] = [];
  let nowMs = 0;
  const tell = tellLimited({ info: (fields) => void lines.push(fields) }, () => nowMs);
  for (let count = 0; count < 1_000; count += 1) tell('user', 'mallory');
  tell('address', '203.0.113.7');
  expect(lines).toEqual([{ limits: { user: 1 }, caller: 'mallory' }]);
  nowMs = 60_000;
  tell('address', '203.0.113.7');
  expect(lines[1]).toEqual({ limits: { user: 999, address: 2 }, caller: '203.0.113.7' });
  expect(lines).toHaveLength(2);
});
