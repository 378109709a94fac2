import {
  drawTable,
  duration,
  figure,
  type Layout,
  paragraph,
  verdictMark,
} from '@holdfast/command';
import type { RedisReport } from './redis-report.ts';
import { scenarios } from './scenarios.ts';

type Figures = RedisReport['scenarios'][number];

/** What the rehearsal says to people. */
export function redisFailoverText(report: RedisReport, layout: Layout): string {
  return [
    '',
    ...report.scenarios.flatMap((figures) => [
      ...paragraph(`${titleOf(figures)}, ${figures.runs} times.`, layout),
      drawTable(rowsOf(figures), { width: layout.width, rightAligned: [1], wraps: 0 }),
      '',
    ]),
    ...report.reasons.flatMap((reason) => paragraph(`✗ ${reason}`, layout)),
    `  Seed ${report.seed}. ${verdictMark(report.verdict, layout)}`,
    '',
  ].join('\n');
}

function titleOf({ scenario }: Figures): string {
  return scenarios.find(({ name }) => name === scenario)?.title ?? scenario;
}

function rowsOf(figures: Figures): readonly (readonly string[])[] {
  return [
    ['bookings acknowledged', figure(figures.acknowledged)],
    ['of these lost', figure(figures.lostAcknowledged)],
    ['rows that break an invariant', figure(figures.violations)],
    ['refused as sold out while a seat was free', figure(figures.falseSoldOut)],
    ['calls without an answer', figure(figures.unanswered)],
    ...timeRow('a replica was the master after', figures.promotedMs),
    ...timeRow('all slots had moved after', figures.movedMs),
    ...timeRow('Redis was asked first again after', figures.admissionMs),
    ...timeRow('a job of the queue was done after', figures.queueMs),
  ];
}

function timeRow(title: string, times: Figures['queueMs']): readonly (readonly string[])[] {
  if (times === null) return [];
  return [[title, `${duration(times.median)} (worst ${duration(times.worst)})`]];
}
