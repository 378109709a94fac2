import { evidenceText } from './audit-text.ts';
import { bucketsOf, drawHistogram } from './histogram.ts';
import type { Pace } from './load/pace.ts';
import type { Counts } from './load/tally.ts';
import { duration, figure, share } from './numbers.ts';
import { type Paper, paragraph } from './paper.ts';
import type { DetailedReport, Report } from './report.ts';
import { drawTable } from './table.ts';

/** The report of `stress` for people: figures, histogram, audit, verdict. */
export function reportText(detailed: DetailedReport, paper: Paper): string {
  return [
    heading('Answers', paper),
    figuresText(detailed, paper),
    ...latencySection(detailed, paper),
    ...auditSection(detailed, paper),
    '',
    verdictText(detailed.report, paper),
    '',
  ].join('\n');
}

export function heading(text: string, paper: Paper): string {
  return `\n${paper.style('bold', text)}`;
}

function figuresText({ report, tally, pace }: DetailedReport, paper: Paper): string {
  const { users, latencyMs } = report;
  const soldIn = pace.lastConfirmedMs === null ? '' : `in ${duration(pace.lastConfirmedMs)}`;
  return drawTable(
    [
      ['users', figure(users), `for ${figure(report.seats)} seats`],
      ['confirmed', figure(report.confirmed), soldIn],
      ['refused', figure(report.refused), countsText(report.refusedByReason)],
      ['errors', figure(report.errors), countsText(tally.errorsByCause)],
      ['unknown', figure(report.unknown), ''],
      ['success rate', share(report.confirmed, users), 'confirmed of all users'],
      ['bookings/s', figure(report.bookingsPerSecond), 'in this run; pnpm bench measures speed'],
      ['latency p50', duration(latencyMs.p50), 'from arrival to answer'],
      ['latency p90', duration(latencyMs.p90), ''],
      ['latency p99', duration(latencyMs.p99), ''],
      ['latency max', duration(latencyMs.max), ''],
      ...(report.mode === 'open_loop' ? [sendLagRow(pace)] : []),
      ...admissionRows(report),
    ],
    { width: paper.width, rightAligned: [1], wraps: 2 },
  );
}

/** What Redis spared PostgreSQL, and whether the two agree; nothing where that was not measured. */
function admissionRows({ drift, refusedWithoutDatabase }: Report): string[][] {
  const spared =
    refusedWithoutDatabase === null
      ? []
      : [['refused early', share(refusedWithoutDatabase, 1), 'without PostgreSQL, once sold out']];
  const drifted =
    drift === null ? [] : [['drift', figure(drift), 'seats between Redis and PostgreSQL']];
  return [...spared, ...drifted];
}

/** On a schedule it matters whether the load itself kept to it. */
function sendLagRow({ sendLagMs }: Pace): string[] {
  return ['sent late', duration(sendLagMs), "p99 of the load's own part in that"];
}

/** @example countsText({ sold_out: 800, not_on_sale: 1 }) // 'sold_out 800, not_on_sale 1' */
export function countsText(counts: Counts): string {
  return Object.entries(counts)
    .map(([name, times]) => `${name} ${figure(times)}`)
    .join(', ');
}

/** How long people waited, as bars. Nothing where nobody was answered. */
export function latencySection({ pace }: DetailedReport, paper: Paper): readonly string[] {
  const bars = drawHistogram(bucketsOf(pace.latenciesMs), paper.width - 2);
  if (bars.length === 0) return [];
  return [heading('How long they waited', paper), ...bars.map((bar) => `  ${bar}`)];
}

/** What the database says, promise by promise. */
export function auditSection({ evidence }: DetailedReport, paper: Paper): readonly string[] {
  const found = evidence ? evidenceText(evidence, paper) : '  The database could not be asked.';
  return [heading('Audit', paper), found];
}

/** The last line: what was sold, and whether the promises were kept, and if not, why. */
export function verdictText(report: Report, paper: Paper): string {
  const { verdict, seats, confirmed, oversold, reasons } = report;
  const sums = `${figure(seats)} seats, ${figure(confirmed)} sold, ${oversold ?? '?'} oversold.`;
  if (verdict === 'pass') return `  ${sums} ${paper.style(['green', 'bold'], 'PASS')}`;
  const why = reasons
    .flatMap((reason) => paragraph(`✗ ${reason}`, paper))
    .map((line) => paper.style('red', line));
  return [`  ${sums} ${paper.style(['red', 'bold'], 'FAIL')}`, ...why].join('\n');
}
