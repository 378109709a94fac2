import { figure } from '@holdfast/command';
import { choicesOf } from '../choices.ts';
import { msText, shareText } from '../numbers.ts';
import type { Report } from '../report.ts';
import { costColumns, p99Column, safetyOf, wayColumns } from './row-columns.ts';
import { section, type Section } from './section.ts';

const guideNote =
  'The guide is a tutorial on booking systems that Holdfast grew from (FastAPI, PostgreSQL, Redis). Its two ways to book, an optimistic loop and an admission counter in Redis, are written here in TypeScript.';

const costNote = (each: string) =>
  `µs is processor time for each ${each}: of the server's processes, of PostgreSQL, of Redis, of the load generator.`;

export function waySection({ rows }: Report): Section {
  return section({
    id: 'ways',
    title: 'Ways to book, one event with seats for everybody',
    columns: [
      ...wayColumns,
      ['bookings/s', (row) => figure(row.bookingsPerSecond)],
      [
        'min–max',
        (row) => {
          const { bookingsPerSecondMin: min, bookingsPerSecondMax: max } = row;
          return `${figure(min)}–${figure(max)}`;
        },
      ],
      ['p50 ms', (row) => msText(row.p50Ms)],
      p99Column,
      ['failed', (row) => shareText(row.failedShare)],
      ...costColumns,
      ['safe', safetyOf, 'words'],
    ],
    rows: rows.filter((row) => row.load === 'hot' && row.among === 'ways'),
    notes: [guideNote, costNote('booking'), ...choicesOf(rows)],
  });
}

export function sellOutSection({ rows }: Report): Section {
  return section({
    id: 'sell_out',
    title: 'The same, sold out within the run: what the refused hear, and what the audit says',
    columns: [
      ...wayColumns,
      ['refusals/s', (row) => figure(row.refusalsPerSecond)],
      p99Column,
      ...costColumns,
      ['oversold', (row) => figure(row.oversold)],
      ['audit', safetyOf, 'words'],
    ],
    rows: rows.filter((row) => row.load === 'sell_out'),
    notes: [costNote('answer, sold or refused')],
  });
}
