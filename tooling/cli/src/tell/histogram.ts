import { figure, percentile, roundStep } from '@holdfast/command';

/** One bar: how many values lie in `[fromMs, toMs)`. `toMs` is `null` for all that lies above. */
export interface Bucket {
  readonly fromMs: number;
  readonly toMs: number | null;
  readonly count: number;
}

const bucketCountMax = 10;
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

/**
 * Sorts latencies into at most eleven buckets of one width, a round number of milliseconds. The
 * last one is open: it takes the slowest hundredth, which would otherwise flatten all the others.
 *
 * @example bucketsOf([1, 2, 2.5, 9]) // [{ fromMs: 1, toMs: 2, count: 1 }, { fromMs: 2, … }, …]
 */
export function bucketsOf(ascending: readonly number[]): readonly Bucket[] {
  const [least] = ascending;
  const p99 = percentile(ascending, 99);
  if (least === undefined || p99 === null) return [];
  const stepMs = roundStep((p99 - least) / (bucketCountMax - 1));
  const firstMs = Math.floor(least / stepMs) * stepMs;
  const closedCount = Math.floor((p99 - firstMs) / stepMs) + 1;
  const indexOf = (ms: number) => Math.min(closedCount, Math.floor((ms - firstMs) / stepMs));
  const byIndex = Map.groupBy(ascending, indexOf);
  return Array.from({ length: closedCount + 1 }, (_, index) => {
    const fromMs = firstMs + index * stepMs;
    const toMs = index === closedCount ? null : fromMs + stepMs;
    return { fromMs, toMs, count: byIndex.get(index)?.length ?? 0 };
  }).filter(({ toMs, count }) => toMs !== null || count > 0);
}

/**
 * Draws latencies as horizontal bars, one line a bucket, no wider than `width` columns.
 *
 * @example
 * drawHistogram(latenciesMs, 80)
 * //   0 –  50 ms ████████████▌      120
 * //  50 – 100 ms ███████████████▏   149
 */
export function drawHistogram(ascending: readonly number[], width: number): readonly string[] {
  const buckets = bucketsOf(ascending);
  const highest = Math.max(0, ...buckets.map(({ count }) => count));
  const boundWidth = Math.max(0, ...buckets.map(({ fromMs }) => figure(fromMs).length)) + 1;
  const labels = buckets.map((bucket) => labelOf(bucket, boundWidth));
  const labelWidth = Math.max(0, ...labels.map((label) => label.length));
  const barWidth = Math.max(1, width - labelWidth - figure(highest).length - 2);
  return buckets.map(({ count }, index) => {
    const label = (labels[index] ?? '').padEnd(labelWidth);
    return `${label} ${drawBar(count / highest, barWidth)} ${figure(count)}`;
  });
}

/** @example labelOf({ fromMs: 50, toMs: 100, count: 3 }, 4) // '  50 –  100 ms' */
function labelOf({ fromMs, toMs }: Bucket, width: number): string {
  const from = figure(fromMs).padStart(width);
  return toMs === null ? `${from} ms or more` : `${from} – ${figure(toMs).padStart(width)} ms`;
}

/** A bar of `share` of `width` columns, to an eighth of a column; never invisible. */
function drawBar(share: number, width: number): string {
  const parts = Math.round(share * width * 8);
  const bar = '█'.repeat(Math.floor(parts / 8)) + (eighths[parts % 8] ?? '');
  return bar === '' && share > 0 ? '▏' : bar;
}
