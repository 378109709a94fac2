import { exitCode, figure, say, type Steps } from '@holdfast/command';
import { msText } from '../numbers.ts';
import { sectionText } from '../report-text.ts';
import { section, type Section } from '../sections/section.ts';
import { measureSpread, type SpreadPlan, type SpreadRow } from './measure-spread.ts';

/** Measures writers on one event and on several, tells it, and gives the exit code: 1 where the audit found something. */
export async function runSpread(
  plan: SpreadPlan,
  output: { readonly json?: boolean },
  steps: Steps,
): Promise<number> {
  const rows = await measureSpread(plan, steps);
  say({ json: { rows }, text: () => `\n${sectionText(spreadSection(plan, rows))}\n` }, output);
  return rows.every(({ isSafe }) => isSafe) ? exitCode.kept : exitCode.broken;
}

function spreadSection(
  { roundCount, durationMs }: SpreadPlan,
  rows: readonly SpreadRow[],
): Section {
  return section<SpreadRow>({
    id: 'spread',
    title: 'Writers on one event, and on an event each',
    columns: [
      ['writers', ({ writerCount }) => figure(writerCount)],
      ['events', ({ eventCount }) => figure(eventCount)],
      ['group', ({ groupSize }) => figure(groupSize)],
      ['entry', ({ entry }) => entry],
      ['seats/s', ({ seatsPerSecond }) => figure(seatsPerSecond)],
      ['commit p50 ms', ({ p50Ms }) => p50Ms.toFixed(2)],
      ['p99 ms', ({ p99Ms }) => msText(p99Ms)],
      ['given up', ({ contendedCount }) => figure(contendedCount)],
      ['safe', ({ isSafe }) => (isSafe ? 'yes' : 'NO')],
    ],
    rows,
    notes: [
      `By \`pnpm bench --spread\`: medians of ${figure(roundCount)} rounds of ${(durationMs / 1_000).toFixed(1)} s, processes that call \`commit\` straight, one group after the other.`,
    ],
  });
}
