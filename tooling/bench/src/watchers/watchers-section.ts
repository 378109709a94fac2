import { figure } from '@holdfast/command';
import { msText, shareText } from '../numbers.ts';
import { section, type Section } from '../sections/section.ts';
import type { WatchersPlan, WatchersRow } from './measure-watchers.ts';

/** The table of `--watchers`. */
export function watchersSection(
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
