import type { Call } from './record.ts';

interface Step {
  readonly atMs: number;
  readonly change: 1 | -1;
}

interface Stretch {
  readonly fromMs: number;
  readonly untilMs: number;
}

/**
 * How many `sold_out` were false: a seat was free for the whole duration of the call. Told from what
 * the callers saw alone, so that no clock of a server is trusted. A seat counts as given back from when
 * its cancel was answered, and as taken from when the call was *sent* that got it, or that may have got
 * it because nobody heard its answer. So it never accuses wrongly, and may miss some.
 *
 * @param calls of one event from its opening on, one seat each
 * @example countFalseRefusals(calls, 100)
 */
export function countFalseRefusals(calls: readonly Call[], seatCount: number): number {
  const stretches = stretchesWithFreeSeats(stepsOf(calls), seatCount);
  const refused = calls
    .filter(({ kind }) => kind === 'sold_out')
    .toSorted((a, b) => a.sentAtMs - b.sentAtMs);
  let index = 0;
  return refused.filter(({ sentAtMs, endedAtMs }) => {
    while ((stretches[index]?.untilMs ?? Infinity) <= sentAtMs) index += 1;
    const stretch = stretches[index];
    return stretch !== undefined && stretch.fromMs <= sentAtMs && endedAtMs <= stretch.untilMs;
  }).length;
}

function stepsOf(calls: readonly Call[]): readonly Step[] {
  const steps = calls.flatMap(({ kind, sentAtMs, endedAtMs }): Step[] => {
    if (kind === 'cancelled') return [{ atMs: endedAtMs, change: 1 }];
    return kind === 'sold_out' ? [] : [{ atMs: sentAtMs, change: -1 }];
  });
  return steps.toSorted((a, b) => a.atMs - b.atMs || a.change - b.change);
}

function stretchesWithFreeSeats(steps: readonly Step[], seatCount: number): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let free = seatCount;
  let fromMs = 0;
  for (const { atMs, change } of steps) {
    const wasFree = free > 0;
    free += change;
    if (wasFree && free <= 0) stretches.push({ fromMs, untilMs: atMs });
    if (!wasFree && free > 0) fromMs = atMs;
  }
  if (free > 0) stretches.push({ fromMs, untilMs: Infinity });
  return stretches;
}
