import { duration, figure, type Layout, paragraph } from '@holdfast/command';
import { figuresTable, judgedText } from '../judged-text.ts';
import type { RedisReport } from './redis-report.ts';
import { scenarios } from './scenarios.ts';

type Figures = RedisReport['scenarios'][number];

/** What the rehearsal says to people. */
export function redisFailoverText(report: RedisReport, layout: Layout): string {
  const found = report.scenarios.flatMap((figures, index) => [
    ...(index === 0 ? [] : ['']),
    ...paragraph(`${titleOf(figures)}, ${figures.runs} times.`, layout),
    figuresTable(rowsOf(figures), layout),
  ]);
  return judgedText(found, report, layout);
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
