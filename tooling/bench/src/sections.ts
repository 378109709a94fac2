import { figure } from '@holdfast/command';
import { choicesOf } from './choices.ts';
import { msText, ratioText, shareText } from './numbers.ts';
import { ratioDefinitions, ratioNames, reachesAim } from './ratios.ts';
import type { Report } from './report.ts';
import { type CeilingRow, type Row, toDigits } from './rows.ts';
import { ways } from './ways/all.ts';

/** A table of the report, for a terminal or for a document. */
export interface Section {
  /** Names the markers in docs/performance.md. */
  readonly id: 'ratios' | 'ways' | 'sell_out' | 'ceilings' | 'scale' | 'layers';
  readonly title: string;
  readonly columns: readonly { readonly head: string; readonly isWords: boolean }[];
  readonly rows: readonly (readonly string[])[];
  /** Sentences that say how the table is to be read. */
  readonly notes: readonly string[];
}

/** A head, and what it says of a row. Numbers stand to the right, words do not. */
type Column<T> = readonly [head: string, textOf: (row: T) => string, kind?: 'words'];

interface Told<T> extends Omit<Section, 'rows' | 'columns'> {
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
}

function section<T>({ columns, rows, ...told }: Told<T>): Section {
  return {
    ...told,
    columns: columns.map(([head, , kind]) => ({ head, isWords: kind === 'words' })),
    rows: rows.map((row) => columns.map(([, textOf]) => textOf(row))),
  };
}

const guideNote =
  'The guide is a tutorial on booking systems that Holdfast grew from (FastAPI, PostgreSQL, Redis). Its two ways to book, an optimistic loop and an admission counter in Redis, are written here in TypeScript.';

const costNote = (each: string) =>
  `µs is processor time for each ${each}: of the server's processes, of PostgreSQL, of Redis.`;

const titles = new Map(ways.map(({ name, title }) => [name, title]));

const ceilingTitles: Readonly<Record<string, string>> = {
  bare: 'bare node:http, same parse, token and zod',
  stock: "empty mutation, tRPC's Fastify adapter",
  empty: 'empty mutation through the api',
  set_based_insert: 'PostgreSQL, 100 bookings a statement',
};

/** The tables of a report; those with nothing in them are left out. */
export function sectionsOf(report: Report): readonly Section[] {
  return [
    ratioSection(report),
    waySection(report),
    sellOutSection(report),
    ceilingSection(report),
    scaleSection(report),
    layerSection(report),
  ].filter(({ rows }) => rows.length > 0);
}

function ratioSection({ ratioSpreads }: Report): Section {
  const isMeasured = ratioNames.some((name) => ratioSpreads[name] !== null);
  const rows = ratioNames.map((name) => ({ name, ratio: ratioSpreads[name] }));
  return section({
    id: 'ratios',
    title: 'Ratios, each taken within a round',
    columns: [
      ['ratio', ({ name }) => name, 'words'],
      ['of what', ({ name }) => ratioDefinitions[name][0], 'words'],
      ['median', ({ ratio }) => ratioText(ratio?.median ?? null)],
      [
        'min–max',
        ({ ratio }) => (ratio === null ? '–' : `${ratioText(ratio.min)}–${ratioText(ratio.max)}`),
      ],
      [
        'aim',
        ({ name }) => {
          const [, aim] = ratioDefinitions[name];
          return 'min' in aim ? `≥ ${toDigits(aim.min, 2)}` : `≤ ${toDigits(aim.max, 2)}`;
        },
      ],
      [
        'reached',
        ({ name, ratio }) => {
          if (ratio === null) return 'not measured';
          return reachesAim(name, ratio) ? 'yes' : 'no';
        },
        'words',
      ],
    ],
    rows: isMeasured ? rows : [],
    notes: ['An aim is about speed. Whether the bench passes is decided by safety alone.'],
  });
}

const wayColumns: readonly Column<Row>[] = [
  ['way', titleOf, 'words'],
  ['connections', connectionsOf],
];

const p99Column: Column<{ readonly p99Ms: number | null }> = [
  'p99 ms',
  ({ p99Ms }) => msText(p99Ms),
];

const costColumns: readonly Column<Row>[] = [
  ['server µs', (row) => msText(row.serverMicrosPerBooking)],
  ['PostgreSQL µs', (row) => msText(row.postgresMicrosPerBooking)],
  ['Redis µs', (row) => msText(row.redisMicrosPerBooking)],
];

function waySection({ rows }: Report): Section {
  return section({
    id: 'ways',
    title: 'Ways to book, one event with seats for everybody',
    columns: [
      ...wayColumns,
      ['bookings/s', (row) => figure(row.bookingsPerSecond)],
      [
        'min–max',
        (row) => {
          const { bookingsPerSecondMin: min, bookingsPerSecondMax: max } = row;
          return `${figure(min)}–${figure(max)}`;
        },
      ],
      ['p50 ms', (row) => msText(row.p50Ms)],
      p99Column,
      ['failed', (row) => shareText(row.failedShare)],
      ...costColumns,
      ['safe', safetyOf, 'words'],
    ],
    rows: rows.filter((row) => row.load === 'hot' && row.among === 'ways'),
    notes: [guideNote, costNote('booking'), ...choicesOf(rows)],
  });
}

function sellOutSection({ rows }: Report): Section {
  return section({
    id: 'sell_out',
    title: 'The same, sold out within the run: what the refused hear, and what the audit says',
    columns: [
      ...wayColumns,
      ['refusals/s', (row) => figure(row.refusalsPerSecond)],
      p99Column,
      ...costColumns,
      ['oversold', (row) => figure(row.oversold)],
      ['audit', safetyOf, 'words'],
    ],
    rows: rows.filter((row) => row.load === 'sell_out'),
    notes: [costNote('answer, sold or refused')],
  });
}

function ceilingSection({ ceilings }: Report): Section {
  return section<CeilingRow>({
    id: 'ceilings',
    title: 'Ceilings, in the same rounds',
    columns: [
      ['ceiling', ({ ceiling }) => ceilingTitles[ceiling] ?? ceiling, 'words'],
      ['connections', connectionsOf],
      ['a second', (one) => figure(one.callsPerSecond)],
      [
        'min–max',
        ({ callsPerSecondMin: min, callsPerSecondMax: max }) => {
          return `${figure(min)}–${figure(max)}`;
        },
      ],
      ['p50 ms', (one) => msText(one.p50Ms)],
      p99Column,
      ['server µs', (one) => figure(one.serverMicrosPerCall)],
      ['generator', ({ generatorShare: share }) => (share === null ? '–' : shareText(share))],
    ],
    rows: ceilings,
    notes: [
      "µs is the server's processor time for each call; generator is the part of one core that the load generator took.",
    ],
  });
}

interface ScaleRow {
  readonly what: string;
  readonly rate: string;
  readonly p99Ms: number | null;
  readonly safety: string;
}

const loadTitles: Readonly<Record<string, string>> = {
  hot: 'one event',
  twenty: '20 events',
  many: '10,000 events',
  reads: 'reads: one of the list, nine of an event',
};

function scaleSection(report: Report): Section {
  return section<ScaleRow>({
    id: 'scale',
    title: 'Many events, many processes, many connections',
    columns: [
      ['what', ({ what }) => what, 'words'],
      ['a second', ({ rate }) => rate],
      p99Column,
      ['safe', ({ safety }) => safety, 'words'],
    ],
    rows: [...manyRows(report), ...writerRows(report), ...openRows(report)],
    notes: [],
  });
}

function manyRows({ rows }: Report): readonly ScaleRow[] {
  const isShown = ({ load, among }: Row) =>
    load === 'twenty' || load === 'many' || load === 'reads' || among === 'processes';
  return rows.filter(isShown).map((row) => {
    const { load, among, processes, readsPerSecond, bookingsPerSecond, p99Ms } = row;
    const count = among === 'processes' ? [processesText(processes)] : [];
    const isReads = load === 'reads';
    return {
      what: [titleOf(row), ...count, loadTitles[load] ?? load].join(', '),
      rate: isReads ? `${figure(readsPerSecond)} reads` : `${figure(bookingsPerSecond)} bookings`,
      p99Ms,
      safety: safetyOf(row),
    };
  });
}

function writerRows({ writers }: Report): readonly ScaleRow[] {
  return writers.map(({ writers: count, seatsPerSecond, p99Ms, safe }) => ({
    what: `commit called straight, groups of 50, ${processesText(count)}, one event`,
    rate: `${figure(seatsPerSecond)} seats`,
    p99Ms,
    safety: yesOrNo(safe),
  }));
}

function openRows({ openConnections: open }: Report): readonly ScaleRow[] {
  if (open === null) return [];
  if (open.status === 'skipped') {
    const what = '10,000 connections: skipped';
    return [{ what, rate: open.reason, p99Ms: null, safety: '–' }];
  }
  const { connections, rssMiB, errorCount, p99Ms, judgement } = open;
  const what = `Holdfast, ${figure(connections)} connections, one event`;
  const rate = `${figure(rssMiB)} MiB, ${figure(errorCount)} errors`;
  return [{ what, rate, p99Ms, safety: yesOrNo(judgement.isSafe) }];
}

function layerSection({ layers }: Report): Section {
  return section({
    id: 'layers',
    title: 'Layers, each alone',
    columns: [
      ['layer', ({ layer }) => layer, 'words'],
      ['what', ({ what }) => what, 'words'],
      ['a second', ({ unit, perSecond }) => `${figure(perSecond)} ${unit}`],
    ],
    rows: layers,
    notes: [],
  });
}

function titleOf(row: Row): string {
  return titles.get(row.way) ?? row.way;
}

function connectionsOf({ connections }: { readonly connections: number | null }): string {
  return figure(connections);
}

function processesText(count: number): string {
  return `${count} ${count === 1 ? 'process' : 'processes'}`;
}

function yesOrNo(isSafe: boolean): string {
  return isSafe ? 'yes' : 'NO';
}

/** `yes`, or what is wrong. */
function safetyOf({ safe, oversold, lost, broken }: Row): string {
  const wrong = [
    ...(oversold > 0 ? [`oversold ${figure(oversold)}`] : []),
    ...(lost > 0 ? [`lost ${figure(lost)}`] : []),
    ...(broken.length > 0 ? [`breaks ${broken.join(', ')}`] : []),
  ];
  return safe ? 'yes' : `NO: ${wrong.join(', ')}`;
}

/** Of how many rounds the figures are medians. */
export function roundsText({ rounds, furtherRounds }: Report): string {
  return `medians of ${rounds} rounds, and of ${furtherRounds} where no ratio is taken`;
}
