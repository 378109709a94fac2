import { exitCode, figure, median, say, type Steps } from '@holdfast/command';
import { writeSections } from '../documents.ts';
import { msText } from '../numbers.ts';
import { sectionText } from '../report-text.ts';
import { section, type Section } from '../sections/section.ts';
import { type ExtrasPlan, type ExtrasRow, measureExtras } from './measure-extras.ts';

interface Output {
  readonly json?: boolean;
  /** Into docs/performance.md. */
  readonly write?: boolean;
}

/**
 * Measures what limits and traces cost, tells it, and gives the exit code: 1 where one of them was not there at all,
 * or where a call failed.
 */
export async function runExtras(plan: ExtrasPlan, output: Output, steps: Steps): Promise<number> {
  const rows = await measureExtras(plan, steps);
  const table = extrasSection(plan, rows);
  say({ json: { rows }, text: () => `\n${sectionText(table)}\n` }, output);
  if (output.write === true) steps.note(`Written: ${await writeSections([table])}`);
  const isSound = rows.every(({ isAsTold, failedCount }) => isAsTold && failedCount === 0);
  return isSound ? exitCode.kept : exitCode.broken;
}

function extrasSection(
  { connections, startCount, roundCount, durationMs }: ExtrasPlan,
  rows: readonly ExtrasRow[],
): Section {
  const rounds = figure(startCount * roundCount);
  return section<ExtrasRow>({
    id: 'extras',
    title: `What limits and traces cost ${figure(connections)} connections that book`,
    columns: [
      ['the api has', ({ title }) => title, 'words'],
      ['bookings/s', ({ bookingsPerSecond }) => figure(bookingsPerSecond)],
      ['÷ first', ({ rateRatios }) => ratioText(rateRatios)],
      ['api µs a booking', ({ micros }) => micros.toFixed(1)],
      ['÷ first', ({ microsRatios }) => ratioText(microsRatios)],
      ['p99 ms', ({ p99Ms }) => msText(p99Ms)],
      ['bytes sent a booking', ({ sentBytes }) => figure(sentBytes)],
      ['failed', ({ failedCount }) => figure(failedCount)],
    ],
    rows,
    notes: [
      `By \`pnpm bench --extras\`: medians of ${rounds} rounds, in each of which every server has two loads of ${(durationMs / 1_000).toFixed(1)} s; all of them are started ${figure(startCount)} times. Ratios are medians of the rounds' own, with the least and the most in brackets.`,
      'The second row is the first once more: what differs there is chance.',
    ],
  });
}

function ratioText(ratios: readonly number[]): string {
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)];
  return `${median(ratios).toFixed(3)} (${least.toFixed(2)}–${most.toFixed(2)})`;
}
