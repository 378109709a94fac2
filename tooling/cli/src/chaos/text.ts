import { duration, figure } from '../numbers.ts';
import { type Paper, paragraph } from '../paper.ts';
import { heading } from '../report-text.ts';
import { drawTable } from '../table.ts';
import type { DetailedChaosReport, FalseSoldOut } from './report.ts';

/** What `chaos` says to people: a few lines a fault, and in the end a table of all. */
export function chaosText(runs: readonly DetailedChaosReport[], paper: Paper): string {
  return [...runs.flatMap((run) => faultLines(run, paper)), ...summary(runs, paper), ''].join('\n');
}

function faultLines(run: DetailedChaosReport, paper: Paper): readonly string[] {
  const { report, title } = run;
  const { acknowledged, unanswered } = report;
  const sentences = [
    `${title}.`,
    `${figure(run.callCount)} calls, ${figure(Math.round(run.ratePerSecond))} claims answered a second before the fault, ${figure(run.worstSecond)} in the worst second after it began; the slowest answer took ${duration(run.slowestMs)}.`,
    `${figure(acknowledged)} bookings acknowledged, ${figure(run.acknowledgedDuringFault)} of them during the fault; ${figure(run.soldOutCount)} refused as sold out (${figure(run.refusedEarlyCount)} without PostgreSQL, before the fault).`,
    `${figure(run.faultCount)} calls were answered with a fault, ${figure(unanswered)} not at all.`,
  ];
  const why = report.reasons.flatMap((reason) => paragraph(`✗ ${reason}`, paper));
  return [
    heading(report.fault, paper),
    ...sentences.flatMap((sentence) => paragraph(sentence, paper)),
    ...why.map((line) => paper.style('red', line)),
    ...run.falseSoldOuts
      .slice(0, falseSoldOutCountMax)
      .flatMap((one) => paragraph(falseSentence(one), paper)),
  ];
}

/** Of the refusals that were wrong, so many are shown one by one. */
const falseSoldOutCountMax = 5;

function falseSentence({ eventId, sentAtMs, tookMs, freeForMs }: FalseSoldOut): string {
  const when = `${figure(Math.round(sentAtMs))} ms after the fault began`;
  return `${eventId.slice(-6)}: ${when}, ${duration(freeForMs)} after a seat was free, in ${duration(tookMs)}`;
}

function summary(runs: readonly DetailedChaosReport[], paper: Paper): readonly string[] {
  const head = ['', 'fault', 'recovery', 'allowed', 'lost', 'violated', 'false', 'silent'];
  const rows = runs.map(({ report, recoveryMsMax }) => [
    report.verdict === 'pass' ? paper.style('green', '✓') : paper.style('red', '✗'),
    report.fault,
    duration(report.recoveryMs),
    duration(recoveryMsMax),
    figureOrNone(report.lostAcknowledged),
    figureOrNone(report.violations),
    figure(report.falseSoldOut),
    figure(report.unanswered),
  ]);
  const table = drawTable(rows, {
    head: head.map((text) => paper.style('dim', text)),
    width: paper.width,
    rightAligned: [2, 3, 4, 5, 6, 7],
  });
  const verdict = verdictOf(runs);
  const mark =
    verdict === 'pass'
      ? paper.style(['green', 'bold'], 'PASS')
      : paper.style(['red', 'bold'], 'FAIL');
  return [
    heading('Recovery, what was lost, violated, falsely sold out, silent', paper),
    table,
    '',
    `  Seed ${runs[0]?.report.seed ?? 0}. ${mark}`,
  ];
}

function figureOrNone(value: number | null): string {
  return value === null ? '?' : figure(value);
}

/** One fault that was not got through is enough. */
export function verdictOf(runs: readonly DetailedChaosReport[]): 'pass' | 'fail' {
  return runs.every(({ report }) => report.verdict === 'pass') ? 'pass' : 'fail';
}
