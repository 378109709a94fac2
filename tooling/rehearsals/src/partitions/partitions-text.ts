import { drawTable, duration, figure, type Layout, paragraph } from '@holdfast/command';
import { judgedText } from '../judged-text.ts';
import type { PartitionsReport } from './partitions-report.ts';

const head = ['', 'told', 'meanwhile', 'lost', 'broken', 'false', 'silent', 'slowest', 'recovery'];

/** What the partitions came to, for people. */
export function partitionsText(report: PartitionsReport, layout: Layout): string {
  const rows = report.partitions.map((one) => [
    one.name,
    figure(one.acknowledged),
    figure(one.acknowledgedMeanwhile),
    figure(one.lostAcknowledged),
    figure(one.violations),
    figure(one.falseSoldOut),
    figure(one.unanswered),
    duration(one.slowestMs),
    duration(one.recoveryMs),
  ]);
  const columns = head.map((_, index) => index).slice(1);
  const found = [
    ...paragraph(
      'Bookings acknowledged, and of these while packets were dropped; lost; rows that break an invariant; wrongly sold out; calls without an answer; the slowest answer, retries included; after how long the rate was back.',
      layout,
    ),
    '',
    drawTable(rows, { head, width: layout.width, rightAligned: columns }),
  ];
  return judgedText(found, report, layout);
}
