import { expect, test } from 'vitest';
import { partitionsReportOn } from '../src/partitions/partitions-report.ts';

type Run = Parameters<typeof partitionsReportOn>[1][number];

/** What the judge of chaos says of a partition. That it finds each broken promise is tested beside it. */
function runWith(changes: Partial<Run['report']>, oversold: number | null = 0): Run {
  const report = {
    fault: 'api-postgres',
    seed: 7,
    acknowledged: 100,
    lostAcknowledged: 0,
    violations: 0,
    falseSoldOut: 0,
    unanswered: 0,
    recoveryMs: 1_000,
    verdict: 'pass',
    reasons: [],
    ...changes,
  } as const;
  return { report, acknowledgedDuringFault: 3, oversold, slowestMs: 8_400.4 };
}

test('partitions pass if each kept every promise', () => {
  const report = partitionsReportOn(7, [runWith({}), runWith({ fault: 'api-redis' })]);
  expect(report).toMatchObject({ verdict: 'pass', reasons: [] });
  expect(report.partitions).toMatchObject([
    { name: 'api-postgres', acknowledgedMeanwhile: 3, slowestMs: 8_400 },
    { name: 'api-redis' },
  ]);
});

test.each([
  ['a broken promise', runWith({ verdict: 'fail', reasons: ['Lost: 1.'] }), 'Lost: 1.'],
  ['a seat that was sold twice', runWith({}, 1), 'Seats sold twice: 1.'],
  ['seats that could not be counted', runWith({}, null), 'Seats sold twice: not known.'],
])('%s in one of them fails all, with the name of the partition', (_what, run, reason) => {
  const report = partitionsReportOn(7, [runWith({ fault: 'api-redis' }), run]);
  expect(report).toMatchObject({ verdict: 'fail', reasons: [`api-postgres: ${reason}`] });
});
