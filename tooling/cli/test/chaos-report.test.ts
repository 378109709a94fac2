import { expect, test } from 'vitest';
import { type ChaosFindings, chaosReportOn } from '../src/chaos/report.ts';
import { chaosText } from '../src/chaos/text.ts';
import { type ChaosJudged, judgeChaos } from '../src/chaos/verdict.ts';
import type { Evidence } from '../src/judge/evidence.ts';
import { callOf, cancelled, cut, soldOut } from './chaos-call.ts';
import { plainLayout } from './plain-layout.ts';

const kept: ChaosJudged = {
  lostAcknowledged: 0,
  violations: 0,
  falseSoldOut: 0,
  unanswered: 0,
  acknowledgedDuringFault: 1,
  recoveryMs: 3_000,
  recoveryMsMax: 3_000,
  broken: [],
};

test('every promise kept is a pass, without reasons', () => {
  expect(judgeChaos(kept)).toEqual({ verdict: 'pass', reasons: [] });
});

test.each<[Partial<ChaosJudged>, string]>([
  [{ lostAcknowledged: 1 }, 'not in the database as told: 1'],
  [{ violations: 1 }, 'violate an invariant: 1'],
  [{ violations: null }, 'could not be asked'],
  [{ lostAcknowledged: null }, 'could not be asked'],
  [{ falseSoldOut: 1 }, 'although seats were free all the time: 1'],
  [{ unanswered: 1 }, 'without an answer, also after retries: 1'],
  [{ acknowledgedDuringFault: 0 }, 'No booking was acknowledged during the fault'],
  [{ recoveryMs: 3_100 }, 'Recovery took 3100 ms'],
  [{ recoveryMs: null }, 'did not come back to 90 %'],
  [{ broken: ['Leases that nobody gives back: 1.'] }, 'Leases that nobody gives back'],
])('one promise that was not kept fails, and is named: %o', (change, says) => {
  const { verdict, reasons } = judgeChaos({ ...kept, ...change });
  expect(verdict).toBe('fail');
  expect(reasons).toEqual([expect.stringContaining(says)]);
});

const clean: Evidence = {
  oversold: 0,
  lostAcknowledged: [],
  unexplained: [],
  audit: { violationCount: 0, invariants: [] },
};

const steady = Array.from({ length: 1_200 }, (_, index) =>
  callOf({ bookingId: `b${index}`, sentAtMs: index * 10, answeredAtMs: index * 10 + 5 }),
);

const findings: ChaosFindings = {
  fault: { name: 'redis-kill', title: 'Redis is killed', recoveryMsMax: 10_000 },
  seed: 7,
  events: [{ eventId: 'event', seatCount: 10_000 }],
  calls: steady,
  timeline: {
    steadyAtMs: 1_000,
    injectedAtMs: 4_000,
    healedAtMs: 7_000,
    sentPerSecond: 100,
  },
  refusedEarlyCount: 5,
  endedAtMs: 12_000,
  evidence: [clean],
  broken: [],
};

test('the JSON has exactly these members', () => {
  const { report } = chaosReportOn(findings);
  expect(report).toEqual({
    fault: 'redis-kill',
    seed: 7,
    acknowledged: 1_200,
    lostAcknowledged: 0,
    violations: 0,
    falseSoldOut: 0,
    unanswered: 0,
    recoveryMs: 0,
    verdict: 'pass',
    reasons: [],
  });
});

test('a refusal while there are seats, a call that nobody answers, and a booking that nobody was told of each fail the run', () => {
  const withCall = (call: (typeof steady)[number]) =>
    chaosReportOn({ ...findings, calls: [...steady, call] }).report;
  expect(withCall(callOf({ bookingId: null, result: soldOut }))).toMatchObject({
    falseSoldOut: 1,
    verdict: 'fail',
  });
  expect(withCall(callOf({ bookingId: 'x', result: cut }))).toMatchObject({
    unanswered: 1,
    verdict: 'fail',
  });
  const evidence = [{ ...clean, unexplained: ['y'] }];
  expect(chaosReportOn({ ...findings, evidence }).report).toMatchObject({
    violations: 1,
    verdict: 'fail',
  });
});

test('a wrong refusal is shown with its time, and for how long the seat had been free', () => {
  const calls = [
    callOf({}),
    callOf({ type: 'cancel', sentAtMs: 30, answeredAtMs: 4_400, result: cancelled }),
    callOf({ bookingId: null, sentAtMs: 4_500, answeredAtMs: 4_507, result: soldOut }),
  ];
  const events = [{ eventId: 'event', seatCount: 1 }];
  const run = chaosReportOn({ ...findings, calls, events });
  expect(run.falseSoldOuts).toEqual([
    { eventId: 'event', sentAtMs: 500, tookMs: 7, freeForMs: 100 },
  ]);
  expect(chaosText([run], plainLayout)).toContain(
    'event: 500 ms after the fault began, 100 ms after a seat was free, in 7.0 ms',
  );
});

test('bookings must go on while the fault lasts', () => {
  const calls = steady.filter(({ answeredAtMs }) => answeredAtMs < 4_000 || answeredAtMs > 7_000);
  const { report } = chaosReportOn({ ...findings, calls });
  expect(report.reasons).toEqual(['No booking was acknowledged during the fault.']);
});

test('a database that did not answer about one event leaves safety unproven', () => {
  const { report } = chaosReportOn({ ...findings, evidence: [clean, null] });
  expect(report).toMatchObject({ lostAcknowledged: null, violations: null, verdict: 'fail' });
});

test.each([60, 80])(
  'for people it fits into %i columns, names what failed, and ends on a table',
  (width) => {
    const failed = chaosReportOn({ ...findings, broken: ['Lapsed holds that nobody sweeps: 3.'] });
    const text = chaosText([chaosReportOn(findings), failed], { ...plainLayout, width });
    expect(
      text.split('\n').filter((line) => line.length > width || line !== line.trimEnd()),
    ).toEqual([]);
    expect(text).toContain('✗ Lapsed holds that nobody sweeps: 3.');
    expect(text).toMatch(/✓\s+redis-kill\s+0\.0 ms\s+10\.00 s\s+0\s+0\s+0\s+0/);
    expect(text).toContain('Seed 7. FAIL');
  },
);
