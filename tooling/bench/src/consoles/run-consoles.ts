import { exitCode, figure, median, say, type Steps } from '@holdfast/command';
import { writeSections } from '../documents.ts';
import { msText } from '../numbers.ts';
import { sectionText } from '../report-text.ts';
import { section, type Section } from '../sections/section.ts';
import { type ConsolesMeasure, type ConsolesRow, measureConsoles } from './measure-consoles.ts';

interface Output {
  readonly json?: boolean;
  /** Into docs/performance.md. */
  readonly write?: boolean;
}

/** Measures what open consoles cost a storm, tells it, and gives the exit code: 1 where one of them heard nothing. */
export async function runConsoles(
  plan: ConsolesMeasure,
  output: Output,
  steps: Steps,
): Promise<number> {
  const rows = await measureConsoles(plan, steps);
  const table = consolesSection(plan, rows);
  say({ json: { rows }, text: () => `\n${sectionText(table)}\n` }, output);
  if (output.write === true) steps.note(`Written: ${await writeSections([table])}`);
  return rows.every(({ isHeard }) => isHeard) ? exitCode.kept : exitCode.broken;
}

function consolesSection(
  { connections, roundCount, durationMs }: ConsolesMeasure,
  rows: readonly ConsolesRow[],
): Section {
  return section<ConsolesRow>({
    id: 'consoles',
    title: `A storm of ${figure(connections)} connections, with consoles open and without`,
    columns: [
      ['processes', ({ processCount }) => figure(processCount)],
      ['consoles', ({ consoleCount }) => figure(consoleCount)],
      ['bookings/s with them', (row) => figure(median(row.with.bookingsPerSecond))],
      ['without', (row) => figure(median(row.without.bookingsPerSecond))],
      ['ratio', (row) => ratioOf(row, 'bookingsPerSecond')],
      ['µs a booking with them', (row) => figure(median(row.with.micros))],
      ['without', (row) => figure(median(row.without.micros))],
      ['ratio', (row) => ratioOf(row, 'micros')],
      ['p99 ms with them', (row) => msText(row.with.p99Ms)],
      ['without', (row) => msText(row.without.p99Ms)],
    ],
    rows,
    notes: [
      `By \`pnpm bench --consoles\`: medians of ${figure(roundCount)} rounds of four storms of ${(durationMs / 1_000).toFixed(1)} s each, two with consoles and two without. Ratios are medians of the rounds' own, with the least and the most in brackets.`,
      'µs is processor time of the api and PostgreSQL. It says more than the rate where a machine is busy with other things.',
    ],
  });
}

function ratioOf(row: ConsolesRow, what: 'bookingsPerSecond' | 'micros'): string {
  const ratios = row.with[what].map((value, round) => value / (row.without[what][round] ?? NaN));
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)];
  return `${median(ratios).toFixed(3)} (${least.toFixed(2)}–${most.toFixed(2)})`;
}
