import { figure } from '@holdfast/command';
import { msText } from '../numbers.ts';
import type { Row } from '../rows.ts';
import { ways } from '../ways/all.ts';
import type { Column } from './section.ts';

/** Which way, and with how many connections. */
export const wayColumns: readonly Column<Row>[] = [
  ['way', titleOf, 'words'],
  ['connections', connectionsOf],
];

export const p99Column: Column<{ readonly p99Ms: number | null }> = [
  'p99 ms',
  ({ p99Ms }) => msText(p99Ms),
];

/** What each booking or answer takes of processors. */
export const costColumns: readonly Column<Row>[] = [
  ['server µs', (row) => msText(row.serverMicrosPerBooking)],
  ['PostgreSQL µs', (row) => msText(row.postgresMicrosPerBooking)],
  ['Redis µs', (row) => msText(row.redisMicrosPerBooking)],
  ['load µs', (row) => msText(row.generatorMicros)],
];

const titles = new Map(ways.map(({ name, title }) => [name, title]));

/** How the tables call a way. */
export function titleOf(row: Pick<Row, 'way'>): string {
  return titles.get(row.way) ?? row.way;
}

export function connectionsOf({ connections }: { readonly connections: number | null }): string {
  return figure(connections);
}

/** `yes`, or what is wrong. */
export function safetyOf({ safe, oversold, lost, broken }: Row): string {
  const wrong = [
    ...(oversold > 0 ? [`oversold ${figure(oversold)}`] : []),
    ...(lost > 0 ? [`lost ${figure(lost)}`] : []),
    ...(broken.length > 0 ? [`breaks ${broken.join(', ')}`] : []),
  ];
  return safe ? 'yes' : `NO: ${wrong.join(', ')}`;
}
