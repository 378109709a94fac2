import { expect, test } from 'vitest';
import { choicesOf } from '../src/choices.ts';
import { reportOn } from '../src/report.ts';
import { findingsOf, measurement } from './measured.ts';

const rate = (subject: string, connections: number, bookingsPerSecond: number) => ({
  ...measurement,
  subject,
  connections,
  bookingsPerSecond,
});

test('the faster way is named for each scale, and by how much', () => {
  const { rows } = reportOn(
    findingsOf(
      rate('one_update', 1, 1_500),
      rate('holdfast', 1, 1_000),
      rate('one_update', 100, 1_000),
      rate('holdfast', 100, 6_000),
    ),
  );
  expect(choicesOf(rows)).toEqual([
    'At 1 connection: one atomic UPDATE (1,500 bookings/s), 1.50 times Holdfast (1,000 bookings/s).',
    'At 100 connections: Holdfast (6,000 bookings/s), 6.00 times one atomic UPDATE (1,000 bookings/s).',
  ]);
});

test('ways that are as fast as each other are said to be', () => {
  const { rows } = reportOn(findingsOf(rate('one_update', 10, 1_100), rate('holdfast', 10, 1_000)));
  expect(choicesOf(rows).join()).toContain('as fast as each other');
});

test('a way that is not safe is never recommended, however fast it is', () => {
  const judgement = { oversold: 3, lost: 0, broken: ['I1'], isSafe: false };
  const { rows } = reportOn(
    findingsOf(
      { ...rate('guide_admission', 100, 90_000), judgement },
      rate('holdfast', 100, 6_000),
      rate('row_lock', 100, 500),
    ),
  );
  expect(choicesOf(rows)).toEqual([
    'At 100 connections: Holdfast (6,000 bookings/s), 12.0 times SELECT FOR UPDATE (500 bookings/s).',
  ]);
});
