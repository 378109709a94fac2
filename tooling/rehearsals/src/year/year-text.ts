import { drawTable, figure, type Layout, paragraph, verdictMark } from '@holdfast/command';
import { bytesRatioOf } from './judge-year.ts';
import type { Year, YearMonth } from './run-year.ts';
import { archiveTables, bytesOf, type TableSize } from './table-sizes.ts';

const bytesPerMiB = 1_048_576;
const shownMonths = [1, 2, 3, 6, 9, 12];

/** The months as two tables, and what the audit said. */
export function yearText(year: Year, reasons: readonly string[], layout: Layout): string {
  const { months, databaseBytes, violationCount, verifiedArchives, brokenArchives } = year;
  const shown = months.filter(({ month }) => shownMonths.includes(month));
  const end = `The live tables are ${bytesRatioOf(year).toFixed(2)} times as large at the end as in month 3. The database has ${mebibytes(databaseBytes)} MiB. The audit found ${violationCount} violations, and ${brokenArchives} of ${verifiedArchives} archives are broken.`;
  return [
    sizesText(shown, layout),
    '',
    timesText(shown, layout),
    '',
    ...paragraph(end, layout),
    ...reasons.flatMap((reason) => paragraph(`· ${reason}`, layout)),
    verdictMark(reasons.length === 0 ? 'pass' : 'fail', layout),
    '',
  ].join('\n');
}

function sizesText(months: readonly YearMonth[], { width }: Layout): string {
  const head = [
    'month',
    'sold',
    'archived',
    'seconds',
    'bookings',
    'ledger',
    'outbox',
    'live MiB',
    'index MiB',
    'dead rows',
    'vacuums',
    'archive MiB',
  ];
  const rows = months.map(sizesRow);
  return drawTable(rows, { width, head, rightAligned: head.map((_, index) => index) });
}

function timesText(months: readonly YearMonth[], { width }: Layout): string {
  const names = Object.keys(months[0]?.times ?? {});
  const head = ['ms in month', ...months.map(({ month }) => String(month))];
  const rows = names.map((name) => [
    name,
    ...months.map(({ times }) => (times[name] ?? Number.NaN).toFixed(2)),
  ]);
  return drawTable(rows, { width, head, rightAligned: months.map((_, index) => index + 1) });
}

function mebibytes(bytes: number): string {
  return figure(Math.round(bytes / bytesPerMiB));
}

function sizesRow({ month, soldEvents, retained, sizes }: YearMonth): readonly string[] {
  const live = sizes.filter(({ name }) => !archiveTables.includes(name));
  const sum = (pick: (size: TableSize) => number) =>
    live.reduce((total, size) => total + pick(size), 0);
  const { archivedEvents, ms } = retained ?? { archivedEvents: 0, ms: 0 };
  const counted = ['bookings', 'ledger', 'outbox'].map((name) =>
    sum((size) => (size.name === name ? size.rows : 0)),
  );
  return [
    ...[month, soldEvents, archivedEvents, Math.round(ms / 1_000), ...counted].map((count) =>
      figure(count),
    ),
    mebibytes(bytesOf(sizes, false)),
    mebibytes(sum(({ indexBytes }) => indexBytes)),
    ...[sum(({ deadRows }) => deadRows), sum(({ vacuumCount }) => vacuumCount)].map((count) =>
      figure(count),
    ),
    mebibytes(bytesOf(sizes, true)),
  ];
}
