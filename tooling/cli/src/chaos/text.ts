import {
  drawTable,
  duration,
  figure,
  type Layout,
  paragraph,
  verdictMark,
} from '@holdfast/command';
import { heading, reasonLines } from '../tell/report-text.ts';
import type { DetailedChaosReport } from './report.ts';

/** What `chaos` says to people: a few lines a fault, and in the end a table of all. */
export function chaosText(runs: readonly DetailedChaosReport[], layout: Layout): string {
  return [...runs.flatMap((run) => faultLines(run, layout)), ...summary(runs, layout), ''].join(
    '\n',
  );
}

function faultLines(run: DetailedChaosReport, layout: Layout): readonly string[] {
  const { report, fault } = run;
  const sentences = [
    `${fault.title}.`,
    `${figure(run.callCount)} calls, ${figure(run.ratePerSecond)} claims answered a second before the fault, ${figure(run.worstSecond)} in the worst second after it began; the slowest answer took ${duration(run.slowestMs)}.`,
    `${figure(report.acknowledged)} bookings acknowledged, ${figure(run.acknowledgedDuringFault)} of them during the fault; ${figure(run.soldOutCount)} refused as sold out (${figure(run.refusedEarlyCount)} without PostgreSQL, before the fault).`,
    `${figure(run.faultCount)} calls were answered with a fault, ${figure(report.unanswered)} not at all.`,
  ];
  const shown = run.falseSoldOuts.slice(0, falseSoldOutCountMax);
  return [
    heading(report.fault, layout),
    ...sentences.flatMap((sentence) => paragraph(sentence, layout)),
    ...reasonLines(report.reasons, layout),
    ...shown.flatMap((one) => paragraph(falseSentence(one), layout)),
  ];
}

/** Of the refusals that were wrong, so many are shown one by one. */
const falseSoldOutCountMax = 5;

type FalseSoldOut = DetailedChaosReport['falseSoldOuts'][number];

function falseSentence({ eventId, sentAtMs, tookMs, freeForMs }: FalseSoldOut): string {
  const when = `${figure(sentAtMs)} ms after the fault began`;
  return `${eventId.slice(-6)}: ${when}, ${duration(freeForMs)} after a seat was free, in ${duration(tookMs)}`;
}

function summary(runs: readonly DetailedChaosReport[], layout: Layout): readonly string[] {
  const head = ['', 'fault', 'recovery', 'allowed', 'lost', 'violated', 'false', 'silent'];
  const rows = runs.map(({ report, fault }) => [
    report.verdict === 'pass' ? layout.style('green', '✓') : layout.style('red', '✗'),
    report.fault,
    duration(report.recoveryMs),
    duration(fault.recoveryMsMax),
    figure(report.lostAcknowledged),
    figure(report.violations),
    figure(report.falseSoldOut),
    figure(report.unanswered),
  ]);
  const table = drawTable(rows, {
    head: head.map((text) => layout.style('dim', text)),
    width: layout.width,
    rightAligned: [2, 3, 4, 5, 6, 7],
  });
  return [
    heading('Recovery; lost, violated, wrongly sold out, not answered', layout),
    table,
    '',
    `  Seed ${runs[0]?.report.seed ?? 0}. ${verdictMark(verdictOfAll(runs), layout)}`,
  ];
}

/** One fault that was not got through is enough to fail. */
export function verdictOfAll(runs: readonly DetailedChaosReport[]): 'pass' | 'fail' {
  return runs.every(({ report }) => report.verdict === 'pass') ? 'pass' : 'fail';
}
