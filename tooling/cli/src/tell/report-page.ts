import { availableParallelism } from 'node:os';
import { countOf, figure } from '@holdfast/command';
import {
  type ColumnChart,
  colours,
  columnChart,
  figureOf,
  pageOf,
  type Part,
  partOf,
  tableOf,
} from '@holdfast/report';
import type { Evidence } from '../judge/evidence.ts';
import type { DetailedReport } from '../judge/report.ts';
import type { Timeline } from '../judge/timeline.ts';
import { brokenBy, promisesIn } from './audit-text.ts';
import { type Bucket, bucketsOf } from './histogram.ts';
import { figureRows } from './report-text.ts';

/** What the run was asked to do: what it is called, and how it was. */
export type Settings = readonly (readonly [name: string, value: string])[];

interface Circumstances {
  readonly settings: Settings;
  readonly at: Date;
}

/**
 * The report of `stress` as a page of its own: the same figures as on the terminal, with charts.
 *
 * @example await file.write(reportPage(detailed, { settings: [['users', '1,000']], at: new Date() }))
 */
export function reportPage(detailed: DetailedReport, { settings, at }: Circumstances): string {
  const { report, timeline, pace, evidence } = detailed;
  const { users, seats, confirmed, refused, oversold } = report;
  const machine = `${availableParallelism()} cores, Node ${process.version}, ${process.platform}`;
  return pageOf({
    title: 'Holdfast stress',
    lead: `${countOf(users, 'user')} for ${countOf(seats, 'seat')}: ${figure(confirmed)} sold, ${figure(refused)} refused, ${oversold ?? '?'} oversold.`,
    verdict: report.verdict,
    reasons: report.reasons,
    parts: [
      partOf('Answers', [wordsTable('Answers', ['what', 'figure', 'more'], figureRows(detailed))]),
      overTime(timeline),
      waits(bucketsOf(pace.latenciesMs)),
      auditPart(evidence),
      partOf('Settings', [wordsTable('Settings', ['setting', 'value'], settings)]),
    ],
    json: report,
    origin: `${at.toISOString()}, on ${machine}. The crowd ran on the same machine; pnpm bench measures speed.`,
  });
}

/** Figures stand in the second column of what has three. */
function wordsTable(
  caption: string,
  heads: readonly string[],
  rows: readonly (readonly string[])[],
) {
  const columns = heads.map((head, at) => ({ head, isWords: at !== 1 || heads.length < 3 }));
  return tableOf({ caption, columns, rows });
}

const knownColours = new Map<string, string>([
  ['booked', colours.green],
  ['sold_out', colours.blue],
  ['error', colours.red],
  ['unknown', colours.amber],
]);

function overTime({ sliceMs, sliceCount, counts }: Timeline): Part {
  const title = 'Bookings and refusals over time';
  // Below what was sold lies nothing, so that its shape can be seen.
  const kinds = [...counts].toSorted(([a], [b]) => Number(b === 'booked') - Number(a === 'booked'));
  const labels = Array.from({ length: sliceCount }, (_, at) => figure(at * sliceMs));
  const series = kinds.map(([name, values]) => ({
    name,
    values,
    colour: knownColours.get(name) ?? colours.violet,
  }));
  const below = `milliseconds since the first arrival, answers in each ${figure(sliceMs)} ms`;
  return countsPart({ title, below, labels, series, head: 'from, ms' });
}

function waits(buckets: readonly Bucket[]): Part {
  const labels = buckets.map(({ fromMs, toMs }) =>
    toMs === null ? `≥ ${figure(fromMs)}` : `${figure(fromMs)}–${figure(toMs)}`,
  );
  const values = buckets.map(({ count }) => count);
  const series = [{ name: 'answers', colour: colours.violet, values }];
  const below = 'milliseconds from arrival to answer';
  return countsPart({ title: 'How long they waited', below, labels, series, head: 'ms' });
}

interface Counted extends ColumnChart {
  /** Of the column that says which slice or bucket it is. */
  readonly head: string;
}

/** A chart and its table, of the same numbers. */
function countsPart(counted: Counted): Part {
  const { title, labels, series, head } = counted;
  if (labels.length === 0) return partOf(title, [], ['Nobody was answered.']);
  const heads = [head, ...series.map(({ name }) => name)];
  const columns = heads.map((each) => ({ head: each, isWords: false }));
  const rows = labels.map((label, at) => [
    label,
    ...series.map(({ values }) => figure(values[at] ?? 0)),
  ]);
  return partOf(title, [figureOf(columnChart(counted), { caption: title, columns, rows })]);
}

function auditPart(evidence: Evidence | null): Part {
  if (evidence === null) return partOf('Audit', [], ['The database could not be asked.']);
  const promises = promisesIn(evidence);
  const rows = promises.map(({ id, title, violations }) => [
    `${violations.length === 0 ? '✓' : '✗'}\u00a0${id}`,
    title,
    figure(violations.length),
  ]);
  const columns = [
    { head: 'id', isWords: true },
    { head: 'promise', isWords: true },
    { head: 'broken', isWords: false },
  ];
  return partOf(
    'Audit',
    [tableOf({ caption: 'Audit', columns, rows })],
    promises.flatMap(brokenBy),
  );
}
