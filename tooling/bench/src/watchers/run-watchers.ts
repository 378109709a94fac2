import { exitCode, say, type Steps } from '@holdfast/command';
import { writeSections } from '../documents.ts';
import { sectionText } from '../report-text.ts';
import { watchersSection } from './watchers-section.ts';
import { measureWatchers, type WatchersPlan, type WatchersRow } from './measure-watchers.ts';

interface Output {
  readonly json?: boolean;
  /** Into docs/performance.md. */
  readonly write?: boolean;
}

/** Measures what watchers cost, tells it, and gives the exit code: 1 where one of them missed a change. */
export async function runWatchers(
  plan: WatchersPlan,
  output: Output,
  steps: Steps,
): Promise<number> {
  const rows = await measureWatchers(plan, steps);
  const table = watchersSection(plan, rows);
  say({ json: { rows }, text: () => `\n${sectionText(table)}\n` }, output);
  if (output.write === true) steps.note(`Written: ${await writeSections([table])}`);
  return rows.every(hasSeenAll) ? exitCode.kept : exitCode.broken;
}

function hasSeenAll({ seenCount, watcherCount, commitCount }: WatchersRow): boolean {
  return seenCount === watcherCount * commitCount;
}
