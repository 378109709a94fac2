import { expect, test } from 'vitest';
import { alarms } from '../src/stack/alarms.ts';

function hearing() {
  const told: string[] = [];
  let nowMs = 0;
  const hear = alarms({ tell: (line) => void told.push(line), now: () => nowMs });
  return { told, hear, wait: (ms: number) => (nowMs += ms) };
}

const line = (level: number, msg: string, more: object = {}) =>
  JSON.stringify({ level, time: 0, msg, ...more });

test('a broken promise is told by its invariants, with what to do', () => {
  const { told, hear } = hearing();
  const broken = [
    { id: 'I1', rowCount: 1 },
    { id: 'I2', rowCount: 3 },
  ];
  hear('worker', line(50, 'invariants are broken', { violationCount: 4, broken }));
  expect(told).toEqual([
    'A PROMISE IS BROKEN. The audit of the worker found rows that break I1, I2.',
    'See which they are, and what to do: pnpm holdfast audit',
  ]);
});

test('errors are told by the process that logged them, and nothing below them', () => {
  const { told, hear } = hearing();
  hear('api', line(30, 'request'));
  hear('api', line(40, 'slow'));
  hear('api 2', line(50, 'PostgreSQL fails', { err: { message: 'gone' } }));
  hear('api', 'no JSON');
  expect(told).toEqual(['The api 2: error PostgreSQL fails: gone']);
});

test('the same error of a process is told once a minute', () => {
  const { told, hear, wait } = hearing();
  for (let second = 0; second < 60; second += 1) {
    hear('api', line(50, 'failed', { second }));
    wait(1_000);
  }
  expect(told).toHaveLength(1);
  hear('worker', line(50, 'failed'));
  hear('api', line(50, 'failed'));
  expect(told).toHaveLength(3);
});
