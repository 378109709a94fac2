import type { SaleNow } from '@holdfast/client';
import type { Values } from '../../language/messages.ts';
import type { LiveKey } from './messages.ts';

/** Something that somebody has to look at. */
export interface Alarm {
  readonly title: LiveKey;
  readonly text: LiveKey;
  readonly values: Values;
  /** `bad`: what is promised may be broken. `warning`: it works, but something is missing. */
  readonly tone: 'warning' | 'bad';
}

/**
 * What is not as it should be, the worst first. Empty: all is well.
 *
 * @example alarmsOf(now).map(({ title }) => say(title)) // ['A worker has gone', …]
 */
export function alarmsOf({ workers, redis, database, notes }: SaleNow): readonly Alarm[] {
  const { violationCount, driftSeats, count, silentCount, failing, stalled } = workers;
  const named = (names: readonly string[]) => ({ names: names.join(', ') });
  const all: readonly (readonly [isSo: boolean, alarm: Alarm])[] = [
    [violationCount > 0, alarm('violations', 'bad', { count: violationCount })],
    [driftSeats > 0, alarm('drift', 'bad', { count: driftSeats })],
    [database === 'away', alarm('database', 'bad')],
    [count === 0, alarm('noWorker', 'bad')],
    [count > 0 && silentCount > 0, alarm('workerGone', 'warning', { count: silentCount })],
    [redis === 'away', alarm('redis', 'warning')],
    [stalled.length > 0, alarm('stalled', 'bad', named(stalled))],
    [failing.length > 0, alarm('failing', 'warning', named(failing))],
    [notes.includes('feed_behind'), alarm('feedBehind', 'warning')],
    [notes.includes('sweep_behind'), alarm('sweepBehind', 'warning')],
  ];
  return all.flatMap(([isSo, each]) => (isSo ? [each] : []));
}

type Name =
  | 'violations'
  | 'drift'
  | 'database'
  | 'noWorker'
  | 'workerGone'
  | 'redis'
  | 'stalled'
  | 'failing'
  | 'feedBehind'
  | 'sweepBehind';

function alarm(name: Name, tone: Alarm['tone'], values: Values = {}): Alarm {
  return { title: `alarm.${name}`, text: `alarm.${name}.text`, values, tone };
}
