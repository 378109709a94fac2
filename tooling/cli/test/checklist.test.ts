import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { latencyPoint, stressPoint } from '../src/checklist/crowd.ts';
import { pointOfOutage } from '../src/checklist/database-failure.ts';
import { sign } from '../src/checklist/sign.ts';
import type { Call, Result } from '../src/load/call.ts';
import { reportOn } from '../src/judge/report.ts';
import { checklistText } from '../src/tell/checklist-text.ts';
import { plainLayout } from './plain-layout.ts';

const signature = {
  by: 'ann@home',
  at: '2026-11-26T12:00:00.000Z',
  commit: 'c0ffee',
  versions: { node: '24.21.0', postgres: '18.4', redis: null },
};
const passed = { title: 'A point', passed: true, figure: '7 of 7' };
const failed = { title: 'Another', passed: false, figure: '3 of 7' };

test('a list is passed where each of its points is, and none is no list', () => {
  expect(sign([passed, passed], signature).verdict).toBe('pass');
  expect(sign([passed, failed], signature).verdict).toBe('fail');
  expect(sign([], signature).verdict).toBe('fail');
});

test('the digest is that of the JSON without it, so a list that somebody changed does not match', () => {
  const digestOf = (list: object) =>
    createHash('sha256')
      .update(JSON.stringify({ ...list, digest: undefined }))
      .digest('hex');
  const list = sign([passed, failed], signature);
  expect(digestOf(list)).toBe(list.digest);
  expect(digestOf({ ...list, verdict: 'pass' })).not.toBe(list.digest);
});

test('people read each point with its figure, the verdict, and who signs', () => {
  const text = checklistText(sign([passed, failed], signature), plainLayout);
  expect(text).toMatch(/\[x\] +A point +7 of 7/);
  expect(text).toMatch(/\[ \] +Another +3 of 7/);
  expect(text).toContain('1 of 2 points. FAIL');
  expect(text).toContain('Signed by ann@home, 2026-11-26T12:00:00.000Z');
});

const sound = { answers: [{ status: 503, retryAfter: '1' }], died: [], sellsAgainMs: 30 };

test.each([
  ['right', sound, true],
  ['a 500', { ...sound, answers: [{ status: 500, retryAfter: null }] }, false],
  ['a 503 that says no time', { ...sound, answers: [{ status: 503, retryAfter: null }] }, false],
  ['no answer', { ...sound, answers: [{ status: 0, retryAfter: null }] }, false],
  ['a sale without a database', { ...sound, answers: [{ status: 200, retryAfter: null }] }, false],
  ['nobody who asked', { ...sound, answers: [] }, false],
  ['a process that died', { ...sound, died: ['api'] }, false],
  ['no sale afterwards', { ...sound, sellsAgainMs: null }, false],
])(
  'an outage of PostgreSQL passes with typed 503s, no crash and a sale afterwards: %s',
  (...row) => {
    const [, outage, isPassed] = row;
    const { passed: hasPassed, figure } = pointOfOutage(outage);
    expect(hasPassed).toBe(isPassed);
    expect(figure.includes('Fix: ')).toBe(!isPassed);
  },
);

/** A crowd of 100 at 50 seats, each answered after so long. */
function crowd({
  tookMs,
  soldCount = 50,
}: {
  readonly tookMs: number;
  readonly soldCount?: number;
}) {
  const sold: Result = { status: 'accepted', booking: 'confirmed' };
  const refused: Result = { status: 'refused', reason: 'sold_out' };
  const calls = Array.from(
    { length: 100 },
    (_, index): Call => ({
      type: 'book',
      eventId: 'event',
      userId: `user ${index}`,
      bookingId: `booking ${index}`,
      quantity: 1,
      isScheduled: true,
      arrivedAtMs: 0,
      sentAtMs: 0,
      answeredAtMs: tookMs,
      result: index < soldCount ? sold : refused,
    }),
  );
  const audit = { violationCount: 0, invariants: [] };
  const evidence = { oversold: 0, lostAcknowledged: [], unexplained: [], audit };
  const rest = { drift: 0, secondWave: null, died: [], allowErrors: false };
  return reportOn({ mode: 'closed_loop', seats: 50, calls, evidence, ...rest });
}

const crowdsOf = (...all: readonly Parameters<typeof crowd>[0][]) => {
  const reports = all.map(crowd);
  return { reports, measured: reports };
};

test('the middle crowd decides about p99: one that was disturbed says nothing, a slow api does', () => {
  expect(latencyPoint(crowdsOf({ tookMs: 60 }, { tookMs: 400 }, { tookMs: 70 })).passed).toBe(true);
  expect(latencyPoint(crowdsOf({ tookMs: 60 }, { tookMs: 400 }, { tookMs: 101 })).passed).toBe(
    false,
  );
});

test('each crowd has to sell out, or the stress test has failed', () => {
  expect(stressPoint(crowdsOf({ tookMs: 60 }, { tookMs: 60 })).passed).toBe(true);
  expect(stressPoint(crowdsOf({ tookMs: 60 }, { tookMs: 60, soldCount: 49 })).passed).toBe(false);
});
