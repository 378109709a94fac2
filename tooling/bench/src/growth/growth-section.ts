import { figure } from '@holdfast/command';
import { msText, ratioText } from '../numbers.ts';
import { section, type Section } from '../sections/section.ts';
import type { GrowthReport } from './growth-report.ts';

/** The table of `--growth`. */
export function growthSection({ rows, rounds }: GrowthReport): Section {
  return section({
    id: 'growth',
    title: 'One event, 100 connections, with so much in the tables before',
    columns: [
      ['bookings', ({ eventCount, bookingsEach }) => figure(eventCount * bookingsEach)],
      ['events', ({ eventCount }) => figure(eventCount)],
      ['database MiB', ({ databaseMiB }) => figure(databaseMiB)],
      ['bookings/s', ({ bookingsPerSecond }) => figure(bookingsPerSecond)],
      ['÷ first', ({ overFirst }) => ratioText(overFirst)],
      ['p99 ms', ({ p99Ms }) => msText(p99Ms)],
      ['server µs', ({ serverMicros }) => msText(serverMicros)],
      ['PostgreSQL µs', ({ postgresMicros }) => msText(postgresMicros)],
      ['event.get/s', ({ getsPerSecond }) => figure(getsPerSecond)],
      ['event.list/s', ({ listsPerSecond }) => figure(listsPerSecond)],
      ['safe', ({ safe }) => (safe ? 'yes' : 'NO'), 'words'],
    ],
    rows,
    notes: [
      `Medians of ${rounds} rounds, by \`pnpm bench --growth\`: every size has a database and a server of its own, and all are measured in each round.`,
    ],
  });
}
