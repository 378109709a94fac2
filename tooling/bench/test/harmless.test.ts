import { expect, test } from 'vitest';
import { isHarmless } from '../src/abuse/harmless.ts';
import type { AbuseRow } from '../src/abuse/measure-abuse.ts';

const row: AbuseRow = {
  name: 'reads',
  isLimited: true,
  bookingsPerSecond: 6_000,
  shares: { api: 0.03, postgres: 0.02 },
  ratios: [0.9, 0.97],
  microsRatios: [1.08, 1.02],
  p99Ms: { with: 12, without: 11 },
  failedCount: 0,
  statuses: { 200: 26, 429: 600 },
};

test('an abuser is harmless who takes little, and whom no honest caller feels in every round', () => {
  expect(isHarmless(row)).toBe(true);
});

test.each<[what: string, change: Partial<AbuseRow>]>([
  ['of the api', { shares: { api: 0.06, postgres: 0 } }],
  ['of PostgreSQL', { shares: { api: 0, postgres: 0.06 } }],
  ['of the rate of others, in every round', { ratios: [0.9, 0.94] }],
  ['of the time of their bookings, in every round', { microsRatios: [1.08, 1.06] }],
  ['by a call that failed', { failedCount: 1 }],
])('more than a twentieth %s is harm, and without limits it is what is shown', (_, change) => {
  expect(isHarmless({ ...row, ...change })).toBe(false);
  expect(isHarmless({ ...row, ...change, isLimited: false })).toBe(true);
});
