import { expect, test } from 'vitest';
import { tally } from '../src/judge/tally.ts';
import { type Judged, judge } from '../src/judge/verdict.ts';
import { confirmed, callsOf, lost, soldOut, unknown } from './crowd-of.ts';

const kept: Judged = {
  tally: tally(callsOf(confirmed, soldOut)),
  seats: 1,
  oversold: 0,
  violations: 0,
  lostAcknowledged: 0,
  drift: 0,
  refusedWithoutDatabase: 0.97,
  secondWave: tally(callsOf(soldOut)),
  died: [],
  allowErrors: false,
};

test('every promise kept is a pass, without reasons', () => {
  expect(judge(kept)).toEqual({ verdict: 'pass', reasons: [] });
});

test.each(['oversold', 'violations', 'lostAcknowledged'] as const)(
  'one case of %s fails, whether or not errors are allowed',
  (figure) => {
    for (const allowErrors of [false, true]) {
      const { verdict, reasons } = judge({ ...kept, [figure]: 1, allowErrors });
      expect(verdict).toBe('fail');
      expect(reasons).toEqual([expect.stringContaining(': 1.')]);
    }
  },
);

test.each(['violations', 'lostAcknowledged'] as const)(
  'safety that could not be checked (%s) is not safety',
  (figure) => {
    const { verdict, reasons } = judge({ ...kept, [figure]: null, allowErrors: true });
    expect(verdict).toBe('fail');
    expect(reasons.join()).toContain('could not be asked');
  },
);

test.each([lost, unknown])(
  'somebody without an answer fails, unless that is allowed: %o',
  (answer) => {
    const judged = { ...kept, tally: tally(callsOf(confirmed, answer)) };
    expect(judge(judged).verdict).toBe('fail');
    expect(judge({ ...judged, allowErrors: true }).verdict).toBe('pass');
  },
);

test('a seat that stays unsold while somebody is refused fails', () => {
  const { verdict, reasons } = judge({ ...kept, seats: 2 });
  expect(verdict).toBe('fail');
  expect(reasons).toEqual(['Seats sold: 1; with 2 users for 2 seats it should be 2.']);
});

test('with more seats than users, everybody gets one', () => {
  expect(judge({ ...kept, tally: tally(callsOf(confirmed, confirmed)), seats: 9 }).verdict).toBe(
    'pass',
  );
});

test.each<[Partial<Judged>, string]>([
  [{ drift: 2 }, 'Seats by which Redis differs from PostgreSQL: 2.'],
  [{ refusedWithoutDatabase: 0.949 }, 'did not reach PostgreSQL: 0.949'],
  [{ secondWave: tally(callsOf(soldOut, confirmed)) }, 'after the event had sold out: 1.'],
])('whether or not errors are allowed, this fails: %o', (change, says) => {
  for (const allowErrors of [false, true]) {
    const { verdict, reasons } = judge({ ...kept, ...change, allowErrors });
    expect({ verdict, reasons }).toEqual({
      verdict: 'fail',
      reasons: [expect.stringContaining(says)],
    });
  }
});

test('what was not measured fails nothing', () => {
  const unmeasured = { drift: null, refusedWithoutDatabase: null, secondWave: null };
  expect(judge({ ...kept, ...unmeasured }).verdict).toBe('pass');
});

test('who asks again after all is sold must be refused, unless errors are allowed', () => {
  const secondWave = tally(callsOf(soldOut, lost, unknown));
  const { reasons } = judge({ ...kept, secondWave });
  expect(reasons).toEqual(['Users who asked again and were not refused: 2.']);
  expect(judge({ ...kept, secondWave, allowErrors: true }).verdict).toBe('pass');
});

test('a process that ended by itself fails, unless something was broken on purpose', () => {
  const judged = { ...kept, died: ['worker'] };
  expect(judge(judged).reasons).toEqual(['The worker ended by itself.']);
  expect(judge({ ...judged, allowErrors: true }).verdict).toBe('pass');
});
