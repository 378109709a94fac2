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
      ['bookings/s with them', (row) => figure(median(row.with))],
      ['without', (row) => figure(median(row.without))],
      ['ratio', ({ ratios }) => median(ratios).toFixed(3)],
      ['of rounds, min–max', ({ ratios }) => spreadText(ratios)],
      ['p99 ms with them', ({ p99MsWith }) => msText(p99MsWith)],
      ['without', ({ p99MsWithout }) => msText(p99MsWithout)],
    ],
    rows,
    notes: [
      `By \`pnpm bench --consoles\`: medians of ${figure(roundCount)} rounds of two storms of ${figure(durationMs / 1_000)} s each, one with consoles and one without, in turn. The ratio is the median of the rounds' own.`,
    ],
  });
}

function spreadText(ratios: readonly number[]): string {
  return `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
}
