import { figure, msText, ratioText, shareText } from './numbers.ts';
import { aims, type RatioName, ratioNames, reachesAim } from './ratios.ts';
import type { CeilingRow, Report, Row } from './report.ts';
import { choicesOf } from './choices.ts';
import { ways } from './ways/all.ts';

/** A table of the report, for a terminal or for a document. */
export interface Section {
  /** Names the markers in docs/performance.md. */
  readonly id: 'ratios' | 'ways' | 'sell_out' | 'ceilings' | 'scale' | 'layers';
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns of words, from 0; the others are numbers. */
  readonly wordColumns: readonly number[];
  /** Sentences that say how the table is to be read. */
  readonly notes: readonly string[];
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

const ratioTitles: Readonly<Record<RatioName, string>> = {
  hot_over_empty: 'Holdfast ÷ empty mutation, one event, 100 connections',
  lane_over_bare: 'empty mutation ÷ bare handler',
  hot_over_atomic: 'Holdfast ÷ one atomic UPDATE',
  hot_over_guide: "Holdfast ÷ the guide's optimistic loop",
  refusal_over_empty: 'sold_out refusals ÷ empty mutation',
  many_over_one: '10,000 events ÷ one event',
  p99_ms_at_1000: 'p99 at 1,000 connections, one event, in ms',
  writers4_over_1: 'commit called straight, 4 processes ÷ 1, one event',
  c1000_over_c100: '1,000 connections ÷ 100, one event',
  rss_mib_at_10000: 'memory at 10,000 connections, in MiB, no error',
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
  const rows = ratioNames.map((name) => {
    const [ratio, aim] = [ratioSpreads[name], aims[name]];
    const spread = ratio && `${ratioText(ratio.min)}–${ratioText(ratio.max)}`;
    const wanted = 'min' in aim ? `≥ ${aim.min}` : `≤ ${aim.max}`;
    const reached = ratio === null ? 'not measured' : reachesAim(name, ratio) ? 'yes' : 'no';
    return [
      name,
      ratioTitles[name],
      ratioText(ratio?.median ?? null),
      spread ?? '–',
      wanted,
      reached,
    ];
  });
  const isMeasured = Object.values(ratioSpreads).some((ratio) => ratio !== null);
  return {
    id: 'ratios',
    title: 'Ratios, each taken within a round',
    head: ['ratio', 'of what', 'median', 'min–max', 'aim', 'reached'],
    rows: isMeasured ? rows : [],
    wordColumns: [0, 1, 5],
    notes: ['An aim is about speed. Whether the bench passes is decided by safety alone.'],
  };
}

function waySection({ rows }: Report): Section {
  return {
    id: 'ways',
    title: 'Ways to book, one event with seats for everybody',
    head: [
      'way',
      'connections',
      'bookings/s',
      'min–max',
      'p50 ms',
      'p99 ms',
      'failed',
      'server µs',
      'PostgreSQL µs',
      'Redis µs',
      'safe',
    ],
    rows: rows
      .filter((row) => row.load === 'hot' && row.among === 'ways')
      .map((row) => [
        titleOf(row),
        figure(row.connections),
        figure(row.bookingsPerSecond),
        `${figure(row.bookingsPerSecondMin)}–${figure(row.bookingsPerSecondMax)}`,
        msText(row.p50Ms),
        msText(row.p99Ms),
        shareText(row.failedShare),
        ...costTexts(row),
        safetyOf(row),
      ]),
    wordColumns: [0, 10],
    notes: [guideNote, costNote('booking'), ...choicesOf(rows)],
  };
}

function sellOutSection({ rows }: Report): Section {
  return {
    id: 'sell_out',
    title: 'The same, sold out within the run: what the refused hear, and what the audit says',
    head: [
      'way',
      'connections',
      'refusals/s',
      'p99 ms',
      'server µs',
      'PostgreSQL µs',
      'Redis µs',
      'oversold',
      'audit',
    ],
    rows: rows
      .filter((row) => row.load === 'sell_out')
      .map((row) => [
        titleOf(row),
        figure(row.connections),
        figure(row.refusalsPerSecond),
        msText(row.p99Ms),
        ...costTexts(row),
        figure(row.oversold),
        safetyOf(row),
      ]),
    wordColumns: [0, 8],
    notes: [costNote('answer, sold or refused')],
  };
}

function ceilingSection({ ceilings }: Report): Section {
  const row = (one: CeilingRow) => [
    ceilingTitles[one.ceiling] ?? one.ceiling,
    figure(one.connections),
    figure(one.callsPerSecond),
    `${figure(one.callsPerSecondMin)}–${figure(one.callsPerSecondMax)}`,
    msText(one.p50Ms),
    msText(one.p99Ms),
    figure(one.serverMicrosPerCall),
    one.generatorShare === null ? '–' : shareText(one.generatorShare),
  ];
  return {
    id: 'ceilings',
    title: 'Ceilings, in the same rounds',
    head: [
      'ceiling',
      'connections',
      'a second',
      'min–max',
      'p50 ms',
      'p99 ms',
      'server µs',
      'generator',
    ],
    rows: ceilings.map(row),
    wordColumns: [0],
    notes: [
      "µs is the server's processor time for each call; generator is the part of one core that the load generator took.",
    ],
  };
}

function scaleSection({ rows, writers, openConnections }: Report): Section {
  const many = rows.filter(
    (row) => row.load === 'many' || row.load === 'reads' || row.among === 'processes',
  );
  const loads: Readonly<Record<string, string>> = {
    hot: 'one event',
    many: '10,000 events',
    reads: 'reads: one of the list, nine of an event',
  };
  const processes = (count: number) => `${count} ${count === 1 ? 'process' : 'processes'}`;
  const open =
    openConnections?.status === 'measured'
      ? [
          [
            `Holdfast, ${figure(openConnections.connections)} connections, one event`,
            `${figure(openConnections.rssMiB)} MiB, ${figure(openConnections.errorCount)} errors`,
            msText(openConnections.p99Ms),
            openConnections.judgement.isSafe ? 'yes' : 'NO',
          ],
        ]
      : openConnections === null
        ? []
        : [['10,000 connections: skipped', openConnections.reason, '–', '–']];
  return {
    id: 'scale',
    title: 'Many events, many processes, many connections',
    head: ['what', 'a second', 'p99 ms', 'safe'],
    rows: [
      ...many.map((row) => [
        [
          titleOf(row),
          ...(row.among === 'processes' ? [processes(row.processes)] : []),
          loads[row.load] ?? row.load,
        ].join(', '),
        row.load === 'reads'
          ? `${figure(row.readsPerSecond)} reads`
          : `${figure(row.bookingsPerSecond)} bookings`,
        msText(row.p99Ms),
        safetyOf(row),
      ]),
      ...writers.map((one) => [
        `commit called straight, groups of 50, ${processes(one.writers)}, one event`,
        `${figure(one.seatsPerSecond)} seats`,
        msText(one.p99Ms),
        one.safe ? 'yes' : 'NO',
      ]),
      ...open,
    ],
    wordColumns: [0, 3],
    notes: [],
  };
}

function layerSection({ layers }: Report): Section {
  return {
    id: 'layers',
    title: 'Layers, each alone',
    head: ['layer', 'what', 'a second'],
    rows: layers.map(({ layer, what, unit, perSecond }) => [
      layer,
      what,
      `${figure(perSecond)} ${unit}`,
    ]),
    wordColumns: [0, 1],
    notes: [],
  };
}

function titleOf(row: Row): string {
  return titles.get(row.way) ?? row.way;
}

function costTexts(row: Row): readonly string[] {
  const { serverMicrosPerBooking, postgresMicrosPerBooking, redisMicrosPerBooking } = row;
  return [serverMicrosPerBooking, postgresMicrosPerBooking, redisMicrosPerBooking].map(msText);
}

/** `yes`, or what is wrong. */
function safetyOf(row: Row): string {
  if (row.safe) return 'yes';
  const oversold = row.oversold > 0 ? `oversold ${figure(row.oversold)}` : null;
  const lost = row.lost > 0 ? `lost ${figure(row.lost)}` : null;
  const broken = row.broken.length > 0 ? `breaks ${row.broken.join(', ')}` : null;
  return `NO: ${[oversold, lost, broken].filter((text) => text !== null).join(', ')}`;
}

/** Of how many rounds the figures are medians. */
export function roundsText({ rounds, furtherRounds }: Report): string {
  return `medians of ${rounds} rounds, and of ${furtherRounds} where no ratio is taken`;
}
