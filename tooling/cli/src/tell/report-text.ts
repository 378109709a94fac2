import {
  drawTable,
  duration,
  figure,
  type Layout,
  paragraph,
  share,
  verdictMark,
} from '@holdfast/command';
import type { DetailedReport, Report } from '../judge/report.ts';
import type { Counts } from '../judge/tally.ts';
import { evidenceText } from './audit-text.ts';
import { drawHistogram } from './histogram.ts';

/** The report of `stress` for people: figures, histogram, audit, verdict. */
export function reportText(detailed: DetailedReport, layout: Layout): string {
  const answers = drawTable(figureRows(detailed), {
    width: layout.width,
    rightAligned: [1],
    wraps: 2,
  });
  return [heading('Answers', layout), answers, ...proofLines(detailed, layout), ''].join('\n');
}

export function heading(text: string, layout: Layout): string {
  return `\n${layout.style('bold', text)}`;
}

/** What is counted and measured, in words: what it is, how much, and more about it. */
export function figureRows({
  report,
  tally,
  pace,
}: DetailedReport): readonly (readonly string[])[] {
  const { users, latencyMs, drift, refusedWithoutDatabase: early } = report;
  const soldIn = pace.lastConfirmedMs === null ? '' : `in ${duration(pace.lastConfirmedMs)}`;
  return [
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
    // On a schedule it matters whether the load itself kept to it.
    ...(report.mode === 'open_loop'
      ? [['sent late', duration(pace.sendLagMs), "p99 of the load's own part in that"]]
      : []),
    // What Redis spared PostgreSQL, and whether the two agree, where that was measured.
    ...(early === null
      ? []
      : [['refused early', share(early, 1), 'without PostgreSQL, once sold out']]),
    ...(drift === null ? [] : [['drift', figure(drift), 'seats between Redis and PostgreSQL']]),
  ];
}

/** @example countsText({ sold_out: 800, not_on_sale: 1 }) // 'sold_out 800, not_on_sale 1' */
export function countsText(counts: Counts): string {
  return Object.entries(counts)
    .map(([name, times]) => `${name} ${figure(times)}`)
    .join(', ');
}

/** How long people waited, as bars; what the database says, promise by promise; the verdict. */
export function proofLines({ report, pace, evidence }: DetailedReport, layout: Layout) {
  const bars = drawHistogram(pace.latenciesMs, layout.width - 2);
  const waits = bars.length === 0 ? [] : [heading('How long they waited', layout)];
  const found = evidence ? evidenceText(evidence, layout) : '  The database could not be asked.';
  return [
    ...waits,
    ...bars.map((bar) => `  ${bar}`),
    heading('Audit', layout),
    found,
    '',
    ...verdictLines(report, layout),
  ];
}

/** What was sold, and whether the promises were kept, and if not, why. */
function verdictLines(report: Report, layout: Layout): readonly string[] {
  const { verdict, seats, confirmed, oversold, reasons } = report;
  const sums = `${figure(seats)} seats, ${figure(confirmed)} sold, ${oversold ?? '?'} oversold.`;
  return [`  ${sums} ${verdictMark(verdict, layout)}`, ...reasonLines(reasons, layout)];
}

/** Why a verdict failed. */
export function reasonLines(reasons: readonly string[], layout: Layout): readonly string[] {
  return reasons
    .flatMap((reason) => paragraph(`✗ ${reason}`, layout))
    .map((line) => layout.style('red', line));
}
