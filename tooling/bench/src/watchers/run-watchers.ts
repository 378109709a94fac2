import { figure, say, exitCode, type Steps } from '@holdfast/command';
import { writeSections } from '../documents.ts';
import { msText, shareText } from '../numbers.ts';
import { sectionText } from '../report-text.ts';
import { section, type Section } from '../sections/section.ts';
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

function watchersSection(
  { commitsPerSecond }: WatchersPlan,
  rows: readonly WatchersRow[],
): Section {
  return section<WatchersRow>({
    id: 'watchers',
    title: `Watchers of one event that changes ${commitsPerSecond} times a second`,
    columns: [
      ['watchers', ({ watcherCount }) => figure(watcherCount)],
      ['p50 ms', ({ p50Ms }) => msText(p50Ms)],
      ['p99 ms', ({ p99Ms }) => msText(p99Ms)],
      ['max ms', ({ maxMs }) => msText(maxMs)],
      ['changes seen', ({ seenCount }) => figure(seenCount)],
      ['of', ({ watcherCount, commitCount }) => figure(watcherCount * commitCount)],
      ['messages', ({ messageCount }) => figure(messageCount)],
      ['broken', ({ brokenCount }) => figure(brokenCount)],
      ['bytes a watcher', ({ bytesPerWatcher }) => figure(bytesPerWatcher)],
      ['MiB before', ({ rssMiB }) => figure(rssMiB.before)],
      ['watched', ({ rssMiB }) => figure(rssMiB.watched)],
      ['most', ({ rssMiB }) => figure(rssMiB.max)],
      ['api, of a core', ({ serverShare }) => shareText(serverShare)],
    ],
    rows,
    notes: [
      'By `pnpm bench --watchers`: from the answer to a commit until the message is read, of each change at each watcher. Changes that come close together share a message.',
    ],
  });
}
