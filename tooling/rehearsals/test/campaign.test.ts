import { expect, test } from 'vitest';
import { campaignOf, type Run } from '../src/failover/campaign.ts';

function runWith(changes: Partial<Run['detailed']['report']>, oversold: number | null = 0): Run {
  const report = {
    fault: 'primary-kill',
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
  return {
    detailed: { report, oversold },
    promotion: { noticedMs: 500, promotedMs: 700 },
    also: [],
  };
}

const caught = runWith({ lostAcknowledged: 12, verdict: 'fail', reasons: ['Lost: 12.'] });

test('a campaign passes if every run passed and the control lost what was acknowledged', () => {
  const runs = [runWith({ recoveryMs: 900 }), runWith({ recoveryMs: 3_000 }), runWith({})];
  expect(campaignOf({ seed: 7, runs, control: caught })).toEqual({
    runs: 3,
    seed: 7,
    acknowledged: 300,
    lostAcknowledged: 0,
    oversold: 0,
    violations: 0,
    falseSoldOut: 0,
    unanswered: 0,
    noticedMs: { median: 500, worst: 500 },
    promotedMs: { median: 700, worst: 700 },
    recoveryMs: { median: 1_000, worst: 3_000 },
    control: { acknowledged: 100, lostAcknowledged: 12, oversold: 0 },
    verdict: 'pass',
    reasons: [],
  });
});

test('a run that failed is named, and so is what was found besides', () => {
  const lost = runWith({ lostAcknowledged: 1, verdict: 'fail', reasons: ['Lost: 1.'] });
  const besides = { ...runWith({}), also: ['The former primary came back.'] };
  const runs = [runWith({}), lost, besides];
  expect(campaignOf({ seed: 7, runs, control: caught })).toMatchObject({
    lostAcknowledged: 1,
    verdict: 'fail',
    reasons: ['Run 2: Lost: 1.', 'Run 3: The former primary came back.'],
  });
});

test.each([
  ['lost nothing', runWith({}), 'lost no booking'],
  ['was not looked at', runWith({ lostAcknowledged: null }, null), 'lost no booking'],
  ['sold seats twice', { ...caught, detailed: { ...caught.detailed, oversold: 2 } }, 'twice: 2'],
])('a control that %s fails the campaign', (_what, control, reason) => {
  const campaign = campaignOf({ seed: 7, runs: [runWith({})], control });
  expect(campaign.verdict).toBe('fail');
  expect(campaign.reasons.join(' ')).toContain(reason);
});

test('a run whose database did not answer leaves the sums unknown', () => {
  const runs = [runWith({}), runWith({ lostAcknowledged: null, recoveryMs: null })];
  expect(campaignOf({ seed: 7, runs, control: caught })).toMatchObject({
    lostAcknowledged: null,
    recoveryMs: null,
  });
});
