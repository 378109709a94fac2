import { countOf, drawTable, duration, figure, type Layout, verdictMark } from '@holdfast/command';
import type { Report } from './report.ts';

/** A report for people. */
export function reportText(report: Report, layout: Layout): string {
  const { width } = layout;
  const crowd = `${countOf(report.users, 'user')} of ${report.example}, ${duration(report.durationMs)}, seed ${report.seed}`;
  const answers = Object.entries(report.answers).map(([answer, count]) => [answer, figure(count)]);
  const rules = report.rules.map(({ rule, count }) => [
    count === 0 ? '✓' : '✗',
    rule,
    figure(count),
  ]);
  return [
    `\n  ${crowd}\n`,
    drawTable(answers, { width, rightAligned: [1], wraps: 0 }),
    '',
    drawTable(rules, { width, rightAligned: [2], wraps: 1 }),
    '',
    `  ${report.oversold} oversold, ${countOf(report.violations, 'violation')}, ${report.unanswered} without an answer. ${verdictMark(report.verdict, layout)}\n`,
  ].join('\n');
}
