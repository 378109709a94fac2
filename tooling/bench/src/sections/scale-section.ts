import { figure } from '@holdfast/command';
import { msText } from '../numbers.ts';
import type { Report } from '../report.ts';
import type { Row } from '../rows.ts';
import { p99Column, safetyOf, titleOf } from './row-columns.ts';
import { section, type Section } from './section.ts';

interface ScaleRow {
  readonly what: string;
  readonly rate: string;
  readonly p99Ms: number | null;
  readonly serverMicros: number | null;
  readonly postgresMicros: number | null;
  readonly generatorMicros: number | null;
  readonly safety: string;
}

const notCounted = { serverMicros: null, postgresMicros: null, generatorMicros: null } as const;

const loadTitles: Readonly<Record<string, string>> = {
  hot: 'one event',
  twenty: '20 events',
  many: '10,000 events',
  get: 'event.get, of 100 events',
  list: 'event.list, of 10,000 events',
};

export function scaleSection(report: Report): Section {
  return section<ScaleRow>({
    id: 'scale',
    title: 'Many events, many processes, many connections',
    columns: [
      ['what', ({ what }) => what, 'words'],
      ['a second', ({ rate }) => rate],
      p99Column,
      ['server µs', ({ serverMicros }) => msText(serverMicros)],
      ['PostgreSQL µs', ({ postgresMicros }) => msText(postgresMicros)],
      ['load µs', ({ generatorMicros }) => msText(generatorMicros)],
      ['safe', ({ safety }) => safety, 'words'],
    ],
    rows: [...manyRows(report), ...writerRows(report), ...openRows(report)],
    notes: ['µs is processor time for each answer. That to an order is five bookings.'],
  });
}

function manyRows({ rows }: Report): readonly ScaleRow[] {
  const isShown = ({ load, among }: Row) =>
    ['twenty', 'many', 'get', 'list'].includes(load) || among === 'processes';
  return rows.filter(isShown).map((row) => {
    const { load, among, connections, processes, readsPerSecond, bookingsPerSecond, p99Ms } = row;
    const callers = `${figure(connections)} connections`;
    const count = among === 'processes' ? processesText(processes) : callers;
    return {
      what: [titleOf(row), count, loadTitles[load] ?? load].join(', '),
      rate:
        readsPerSecond > 0
          ? `${figure(readsPerSecond)} reads`
          : `${figure(bookingsPerSecond)} bookings`,
      p99Ms,
      serverMicros: row.serverMicrosPerBooking,
      postgresMicros: row.postgresMicrosPerBooking,
      generatorMicros: row.generatorMicros,
      safety: safetyOf(row),
    };
  });
}

function writerRows({ writers }: Report): readonly ScaleRow[] {
  return writers.map(({ writers: count, seatsPerSecond, p99Ms, safe }) => ({
    what: `commit called straight, groups of 50, ${processesText(count)}, one event`,
    rate: `${figure(seatsPerSecond)} seats`,
    p99Ms,
    ...notCounted,
    safety: yesOrNo(safe),
  }));
}

function openRows({ openConnections: open }: Report): readonly ScaleRow[] {
  if (open === null) return [];
  if (open.status === 'skipped') {
    const what = '10,000 connections: skipped';
    return [{ what, rate: open.reason, p99Ms: null, ...notCounted, safety: '–' }];
  }
  const { connections, rssMiB, errorCount, bookingsPerSecond, p99Ms, judgement } = open;
  const what = `Holdfast, ${figure(connections)} connections, one event: ${figure(rssMiB)} MiB, ${figure(errorCount)} errors`;
  const rate = `${figure(bookingsPerSecond)} bookings`;
  return [{ what, rate, p99Ms, ...notCounted, safety: yesOrNo(judgement.isSafe) }];
}

function processesText(count: number): string {
  return `${count} ${count === 1 ? 'process' : 'processes'}`;
}

function yesOrNo(isSafe: boolean): string {
  return isSafe ? 'yes' : 'NO';
}
