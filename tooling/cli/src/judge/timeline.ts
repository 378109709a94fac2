import { roundStep } from '@holdfast/command';
import type { Call } from '../load/call.ts';
import { isError } from './pace.ts';

/** What came back within so many milliseconds, slice after slice from the first arrival on. */
export interface Timeline {
  readonly sliceMs: number;
  /** By what it was, a number a slice: `booked`, `unknown`, `error`, or the reason of a refusal. */
  readonly counts: ReadonlyMap<string, readonly number[]>;
  readonly sliceCount: number;
}

/** More slices than that are no chart, and no table. */
const sliceCountMax = 20;

/**
 * How answers are spread over the time of a load.
 *
 * @example timelineOf(calls).counts.get('sold_out') // [0, 12, 488]: a number for each 50 ms
 */
export function timelineOf(calls: readonly Call[]): Timeline {
  const lastMs = Math.max(0, ...calls.map(({ answeredAtMs }) => answeredAtMs));
  const sliceMs = roundStep(lastMs / sliceCountMax);
  const sliceCount = calls.length === 0 ? 0 : Math.floor(lastMs / sliceMs) + 1;
  const counts = new Map<string, number[]>();
  for (const call of calls) {
    const slices = counts.get(endOf(call)) ?? Array.from({ length: sliceCount }, () => 0);
    const at = Math.floor(call.answeredAtMs / sliceMs);
    slices[at] = (slices[at] ?? 0) + 1;
    counts.set(endOf(call), slices);
  }
  return { sliceMs, sliceCount, counts };
}

function endOf({ result }: Call): string {
  if (result.status === 'accepted') return 'booked';
  if (isError(result)) return 'error';
  return result.status === 'refused' ? result.reason : 'unknown';
}
