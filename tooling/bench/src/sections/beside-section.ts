import { figure } from '@holdfast/command';
import { msText, ratioText } from '../numbers.ts';
import type { LoadName } from '../plan.ts';
import type { Report } from '../report.ts';
import type { Row } from '../rows.ts';
import { section, type Section } from './section.ts';

/** What is shown beside the engine's own bookings, and under which load. */
interface Kind {
  readonly head: string;
  readonly way: string;
  readonly load: LoadName;
}

const kinds: readonly Kind[] = [
  { head: 'Holdfast', way: 'holdfast', load: 'hot' },
  { head: 'own tables', way: 'own_tables', load: 'hot' },
  { head: 'orders of 5 lines', way: 'order', load: 'twenty' },
];

type Of = (report: Report, kind: Kind) => string;

const figures: readonly (readonly [title: string, of: Of])[] = [
  ['bookings/s, 1 connection', rate(1)],
  ['bookings/s, 100 connections', rate(100)],
  ['bookings/s, 1,000 connections', rate(1_000)],
  ['÷ empty call, 100 connections', overEmpty(100)],
  ['÷ empty call, 1,000 connections', overEmpty(1_000)],
  ['÷ one atomic UPDATE, 1 connection', over('one_update', 1)],
  ['÷ one atomic UPDATE, 100 connections', over('one_update', 100)],
  ["÷ the guide's loop, 100 connections", over('guide_optimistic', 100)],
  ['p99 in ms, 100 connections', shown(100, ({ p99Ms }) => msText(p99Ms))],
  ['p99 in ms, 1,000 connections', shown(1_000, ({ p99Ms }) => msText(p99Ms))],
  ['server µs an answer, 100 connections', shown(100, (row) => msText(row.serverMicrosPerBooking))],
  [
    'server µs an answer, 1,000 connections',
    shown(1_000, (row) => msText(row.serverMicrosPerBooking)),
  ],
  [
    'PostgreSQL µs an answer, 100 connections',
    shown(100, (row) => msText(row.postgresMicrosPerBooking)),
  ],
  ['sold_out refusals ÷ empty call', refusals],
];

/** The engine's own bookings, bookings on a team's tables, and orders, side by side. */
export function besideSection(report: Report): Section {
  const isMeasured = rowOf(report, { way: 'own_tables', load: 'hot' }, 100) !== undefined;
  return section<(typeof figures)[number]>({
    id: 'beside',
    title: "Own tables and orders, beside the engine's bookings",
    columns: [
      ['figure', ([title]) => title, 'words'],
      ...kinds.map(
        (kind) => [kind.head, ([, of]: (typeof figures)[number]) => of(report, kind)] as const,
      ),
    ],
    rows: isMeasured ? figures : [],
    notes: [
      'Computed from the medians of the other tables. Orders are of 20 events, and an answer to one is five bookings.',
    ],
  });
}

function rowOf(
  { rows }: Report,
  kind: Pick<Kind, 'way' | 'load'>,
  connections: number,
): Row | undefined {
  return rows.find(
    (row) =>
      row.among === 'ways' &&
      row.way === kind.way &&
      row.load === kind.load &&
      row.connections === connections,
  );
}

function shown(connections: number, textOf: (row: Row) => string): Of {
  return (report, kind) => {
    const row = rowOf(report, kind, connections);
    return row === undefined ? '–' : textOf(row);
  };
}

function rate(connections: number): Of {
  return shown(connections, ({ bookingsPerSecond }) => figure(bookingsPerSecond));
}

function over(way: string, connections: number): Of {
  return (report, kind) => {
    const below = rowOf(report, { way, load: 'hot' }, connections)?.bookingsPerSecond;
    return quotient(rowOf(report, kind, connections)?.bookingsPerSecond, below);
  };
}

function overEmpty(connections: number): Of {
  return (report, kind) =>
    quotient(rowOf(report, kind, connections)?.bookingsPerSecond, emptyRate(report, connections));
}

function refusals(report: Report, { way }: Kind): string {
  const row = rowOf(report, { way, load: 'sell_out' }, 100);
  return quotient(row?.refusalsPerSecond, emptyRate(report, 100));
}

function emptyRate({ ceilings }: Report, connections: number): number | undefined {
  const isIt = (one: Report['ceilings'][number]) =>
    one.ceiling === 'empty' && one.connections === connections;
  return ceilings.find(isIt)?.callsPerSecond;
}

function quotient(above: number | null | undefined, below: number | undefined): string {
  if (above === null || above === undefined || below === undefined || below === 0) return '–';
  return ratioText(above / below);
}
