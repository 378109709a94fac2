import { figure } from '@holdfast/command';
import { msText, ratioText, shareText } from '../numbers.ts';
import type { MatrixReport, MatrixRow, Spread } from './matrix-report.ts';

interface Column {
  readonly head: string;
  readonly textOf: (row: MatrixRow) => string;
}

const columns: readonly Column[] = [
  { head: 'variant', textOf: ({ title }) => title },
  { head: 'bookings/s', textOf: ({ figures }) => wide(figures.bookingsPerSecond) },
  { head: 'refusals/s', textOf: ({ figures }) => wide(figures.refusalsPerSecond) },
  { head: 'of the first', textOf: ({ ratio }) => wide(ratio ?? undefined, ratioText) },
  { head: 'p99 ms', textOf: ({ figures }) => wide(figures.p99Ms, msText) },
  { head: 'statements/s', textOf: ({ figures }) => middle(figures.statementsPerSecond, figure) },
  { head: 'Node µs', textOf: ({ figures }) => middle(figures.nodeMicros, ratioText) },
  { head: 'PostgreSQL µs', textOf: ({ figures }) => middle(figures.postgresMicros, ratioText) },
  { head: 'Redis µs', textOf: ({ figures }) => middle(figures.redisMicros, ratioText) },
  { head: 'load µs', textOf: ({ figures }) => middle(figures.generatorMicros, ratioText) },
  { head: 'early', textOf: ({ figures }) => middle(figures.earlyShare, shareText) },
  { head: 'false', textOf: ({ figures }) => figure(figures.falseRefusals?.max ?? null) },
  { head: 'cancels/s', textOf: ({ figures }) => middle(figures.cancelsPerSecond, figure) },
  { head: 'cancel ms', textOf: ({ figures }) => middle(figures.cancelP50Ms, msText) },
  { head: 'no until ms', textOf: ({ figures }) => middle(figures.refusalsEndMs, figure) },
  { head: 'faults', textOf: ({ figures }) => middle(figures.faults, figure) },
];

/** Only where they can say something. */
const columnsOfSale: Readonly<Record<string, readonly string[]>> = {
  'cancels/s': ['coming_back'],
  'cancel ms': ['coming_back'],
};

/** The matrix as Markdown, a table a cell; it reads well in a terminal, too. */
export function matrixText(report: MatrixReport): string {
  const { mode, roundCount, durationMs, connectionCount, cores, loadAverage } = report;
  const byCell = Map.groupBy(report.rows, ({ cell }) => cell);
  return [
    `${mode} matrix of admission: ${roundCount} interleaved rounds of ${durationMs} ms, ${connectionCount} connections, ${cores} cores, load average ${loadAverage.toFixed(1)}. Medians (least–most). µs are processor time an answer; PostgreSQL's and Redis' without what others burned. "early": refused without PostgreSQL. "false": refused while a seat was free all the time, the most in a round.`,
    ...[...byCell].map(([cell, rows]) => cellText(cell, rows)),
    '',
  ].join('\n\n');
}

function cellText(cell: string, rows: readonly MatrixRow[]): string {
  const [first] = rows;
  const shown = columns.filter(
    ({ head }) => columnsOfSale[head]?.includes(first?.sale ?? '') ?? isShown(head, first),
  );
  const line = (texts: readonly string[]) => `| ${texts.join(' | ')} |`;
  return [
    `**${cell}** (${first?.decides ?? ''})`,
    '',
    line(shown.map(({ head }) => head)),
    line(shown.map((_, index) => (index === 0 ? '---' : '--:'))),
    ...rows.map((row) => line(shown.map(({ textOf }) => textOf(row)))),
  ].join('\n');
}

function isShown(head: string, row: MatrixRow | undefined): boolean {
  return head !== 'no until ms' || row?.postgres === 'away';
}

function wide(spread: Spread | undefined, text: (value: number) => string = figure): string {
  if (spread === undefined) return '–';
  return `${text(spread.median)} (${text(spread.min)}–${text(spread.max)})`;
}

function middle(spread: Spread | undefined, text: (value: number) => string): string {
  return spread === undefined ? '–' : text(spread.median);
}
