import { expect, test } from 'vitest';
import type { Finding } from '../src/example.ts';
import { reportOn } from '../src/report.ts';
import { sharesOf } from '../src/storm.ts';

const storm = { name: 'restaurant', userCount: 2, processCount: 1, seed: 7 } as const;
const kept: Finding = { rule: 'a', count: 0, isOversale: true };

function reportWith(answers: readonly string[], findings: readonly Finding[] = [kept]) {
  const told = answers.map((answer) => ({ id: '1', userId: 'ann', answer }));
  return reportOn({ storm, told, findings, durationMs: 1 });
}

test('a storm passes where every rule is kept and everybody was answered', () => {
  const report = reportWith(['confirmed', 'no_table']);
  expect(report).toMatchObject({ verdict: 'pass', oversold: 0, violations: 0, unanswered: 0 });
  expect(report.answers).toEqual({ confirmed: 1, no_table: 1 });
});

test.each([
  ['oversold', [{ rule: 'a', count: 2, isOversale: true }], { oversold: 2, violations: 2 }],
  ['broke a rule', [{ rule: 'b', count: 1, isOversale: false }], { oversold: 0, violations: 1 }],
])('a storm that %s fails', (_, findings, figures) => {
  const report = reportWith(['confirmed', 'no_table'], findings);
  expect(report).toMatchObject({ verdict: 'fail', ...figures });
});

test.each([[['confirmed']], [['confirmed', 'unknown']], [['confirmed', 'failed: Overloaded']]])(
  'a storm in which somebody has no answer fails: %j',
  (answers) => {
    expect(reportWith(answers)).toMatchObject({ verdict: 'fail', unanswered: 1 });
  },
);

test('every user is in one process, and each process has as many as the next', () => {
  expect(sharesOf({ userCount: 5, processCount: 2 })).toEqual([
    { userMin: 0, userCount: 3 },
    { userMin: 3, userCount: 2 },
  ]);
});
