import { expect, test } from 'vitest';
import { driftOf } from '../src/judge/drift.ts';
import { askersOf, shareWithoutDatabase } from '../src/judge/second-wave.ts';
import { crowdOf } from './crowd-of.ts';

test('everybody who was refused asks once more', () => {
  const refused = crowdOf(700);
  const asking = askersOf(refused, 2);
  expect(asking.map(({ userId }) => userId)).toEqual(refused.map(({ userId }) => userId));
});

test.each([
  { refused: 3, processes: 1, asking: 200 },
  { refused: 3, processes: 2, asking: 400 },
  { refused: 1_999, processes: 1, asking: 1_999 },
  { refused: 50_000, processes: 8, asking: 2_000 },
])('there are enough asks to measure a share, and no more than 2,000: %o', (wave) => {
  expect(askersOf(crowdOf(wave.refused), wave.processes)).toHaveLength(wave.asking);
});

test.each([
  { from: { early: 10, database: 5 }, early: 95, database: 5, share: 0.95 },
  { from: { early: 9, database: 900 }, early: 0, database: 10, share: 0 },
  { from: { early: 0, database: 0 }, early: 1_999, database: 1, share: 0.999 },
  { from: { early: 14, database: 7 }, early: 0, database: 0, share: null },
])('the share is of the refusals between two readings: %o', ({ from, early, database, share }) => {
  const to = { early: from.early + early, database: from.database + database };
  expect(shareWithoutDatabase(from, to)).toBe(share);
});

test.each([
  { free: 5, availableSeats: 5, drift: 0 },
  { free: 3, availableSeats: 5, drift: 2 },
  { free: 7, availableSeats: 5, drift: 2 },
])('drift is the difference of the free seats: %o', (views) => {
  const { availableSeats, drift, ...admission } = views;
  expect(driftOf({ admission, availableSeats })).toBe(drift);
});

test('an event of which Redis knows nothing has no drift', () => {
  expect(driftOf({ admission: null, availableSeats: 5 })).toBe(0);
});
