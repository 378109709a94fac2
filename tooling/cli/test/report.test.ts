import { expect, test } from 'vitest';
import type { Evidence } from '../src/judge/evidence.ts';

import { reportOn } from '../src/judge/report.ts';
import { reportText } from '../src/tell/report-text.ts';
import { storyText } from '../src/tell/story.ts';
import { confirmed, callsOf, lost, soldOut } from './crowd-of.ts';
import { plainLayout } from './plain-layout.ts';

const clean: Evidence = {
  oversold: 0,
  lostAcknowledged: [],
  unexplained: [],
  audit: {
    violationCount: 0,
    invariants: [{ id: 'I1', title: 'no event has sold more seats than it has', violations: [] }],
  },
};
const findings = {
  mode: 'closed_loop',
  seats: 1,
  calls: callsOf(confirmed, soldOut, soldOut),
  evidence: clean,
  drift: 0,
  secondWave: null,
  died: [],
  allowErrors: false,
} as const;
const layout = plainLayout;

test('the JSON has exactly these members', () => {
  const { report } = reportOn(findings);
  expect(Object.keys(report).toSorted()).toEqual([
    'bookingsPerSecond',
    'confirmed',
    'drift',
    'errors',
    'latencyMs',
    'lostAcknowledged',
    'mode',
    'oversold',
    'reasons',
    'refused',
    'refusedByReason',
    'refusedWithoutDatabase',
    'seats',
    'unknown',
    'users',
    'verdict',
    'violations',
  ]);
  expect(Object.keys(report.latencyMs)).toEqual(['p50', 'p90', 'p99', 'max']);
});

test('a booking that nobody was told of counts as a violation', () => {
  const { report } = reportOn({ ...findings, evidence: { ...clean, unexplained: ['x'] } });
  expect(report).toMatchObject({ violations: 1, verdict: 'fail' });
});

test('without a database there is a report, and it does not claim safety', () => {
  const { report } = reportOn({ ...findings, evidence: null, allowErrors: true });
  expect(report).toMatchObject({ oversold: null, violations: null, verdict: 'fail' });
});

test.each([
  [60, reportText],
  [60, storyText],
  [80, reportText],
  [80, storyText],
])('a report fits into %i columns, whatever it has to tell', (width, text) => {
  const calls = callsOf(confirmed, soldOut, lost, lost);
  const broken = { id: 'I2', title: 'sums '.repeat(40), violations: [{ event: 1 }] } as const;
  const audit = { violationCount: 1, invariants: [...clean.audit.invariants, broken] };
  const evidence = { ...clean, audit, lostAcknowledged: ['x'] };
  for (const detailed of [reportOn(findings), reportOn({ ...findings, calls, evidence })]) {
    const lines = text(detailed, { ...layout, width }).split('\n');
    expect(lines.filter((line) => line.length > width || line !== line.trimEnd())).toEqual([]);
  }
});

test('the last line says what was sold and what was not kept', () => {
  const text = reportText(reportOn({ ...findings, seats: 2 }), layout);
  expect(text).toContain('2 seats, 1 sold, 0 oversold. FAIL');
  expect(text).toContain('✗ Seats sold: 1; with 3 users for 2 seats it should be 2.');
});

test('rows that break an invariant are shown, a bounded number of them', () => {
  const violations = Array.from({ length: 9 }, (_, row) => ({ row }));
  const broken = { id: 'I2', title: 'sums', violations } as const;
  const evidence = { ...clean, audit: { violationCount: 9, invariants: [broken] } };
  const text = reportText(reportOn({ ...findings, evidence }), layout);
  expect(text).toContain('· row 4');
  expect(text).not.toContain('· row 5');
  expect(text).toContain('… and 4 more');
});

test('the second wave counts in no figure but its own', () => {
  const told = { calls: callsOf(soldOut, soldOut), refusedWithoutDatabase: 0.96 };
  const { report } = reportOn({ ...findings, secondWave: told });
  const { refusedWithoutDatabase, ...rest } = report;
  const { refusedWithoutDatabase: none, ...alone } = reportOn(findings).report;
  expect({ refusedWithoutDatabase, none, rest }).toEqual({
    refusedWithoutDatabase: 0.96,
    none: null,
    rest: alone,
  });
});

test('people are told of drift and early refusals where they were measured', () => {
  const secondWave = { calls: callsOf(soldOut), refusedWithoutDatabase: 0.96 };
  const measured = reportText(reportOn({ ...findings, secondWave, drift: 3 }), layout);
  expect(measured).toMatch(/refused early +96\.0 % +without PostgreSQL, once sold out/);
  expect(measured).toMatch(/drift +3 +seats between Redis and PostgreSQL/);
  const unmeasured = reportText(reportOn({ ...findings, drift: null }), layout);
  expect(unmeasured).not.toMatch(/refused early|drift/);
});

test.each([
  { drift: null, says: 'Without Redis' },
  { drift: 0, says: 'With Redis, which only refuses early' },
])('the story tells whether there was a Redis: %o', ({ drift, says }) => {
  expect(storyText(reportOn({ ...findings, drift }), layout)).toContain(says);
});

test('a burst is not told as a speed, and the story says what measures that', () => {
  const story = storyText(reportOn(findings), layout).replaceAll(/\s+/g, ' ');
  expect(story).not.toContain('bookings/s');
  expect(story).toContain('not how fast Holdfast is: pnpm bench measures that');
});
