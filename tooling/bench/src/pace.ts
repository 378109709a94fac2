import { percentile } from '@holdfast/command';
import type { Load } from './load/load.ts';

/** How fast a load was answered. Rates are a second's, taken while the load was whole. */
export type Pace = ReturnType<typeof paceOf>;

/** Less than that is no storm. */
const refusalMsMin = 200;

/** How fast was that? */
export function paceOf(load: Load) {
  const { answers, wholeUntilMs, errorCount } = load;
  const begunMs = beginOf(load);
  const timesOf = (status: string, afterMs: number) =>
    answers.flatMap(({ status: own, atMs }) =>
      own === status && atMs > afterMs && atMs <= wholeUntilMs ? [atMs] : [],
    );
  const rateOf = (status: string, afterMs: number) =>
    wholeUntilMs > afterMs
      ? (timesOf(status, afterMs).length * 1_000) / (wholeUntilMs - afterMs)
      : 0;
  const booked = timesOf('confirmed', -Infinity);
  const lastMs = booked.at(-1) ?? begunMs;
  const hasStorm = wholeUntilMs - lastMs >= refusalMsMin && timesOf('sold_out', lastMs).length > 0;
  const failed = answers.filter(({ status }) => status === 'failed').length + errorCount;
  const latencies = latenciesOf(answers);
  return {
    // Where it sold out: until then, from when the load began.
    bookingsPerSecond: hasStorm ? soldOutRate(booked) : rateOf('confirmed', begunMs),
    readsPerSecond: rateOf('read', begunMs),
    // After the last booking; `null`: it did not sell out.
    refusalsPerSecond: hasStorm ? rateOf('sold_out', lastMs) : null,
    failedShare: failed / Math.max(1, answers.length + errorCount),
    // Of answers on connections that were open already.
    p50Ms: percentile(latencies, 50),
    p99Ms: percentile(latencies, 99),
  };
}

/** A few hundred seats may be gone before every connection is open. */
function soldOutRate(bookedMs: readonly number[]): number {
  const lastMs = bookedMs.at(-1);
  return lastMs === undefined ? 0 : (bookedMs.length * 1_000) / lastMs;
}

/**
 * From when the load was whole: every connection had its first answer. Otherwise what was asked
 * while connections were still being opened would count as asked and answered within the time.
 * Where that takes half of the time, from the first answer.
 */
function beginOf({ answers, wholeUntilMs }: Load): number {
  const openMs = answers.findLast(({ isFirst }) => isFirst)?.atMs ?? Infinity;
  return openMs <= wholeUntilMs / 2 ? openMs : (answers[0]?.atMs ?? 0);
}

/**
 * A thousand connections that are opened in the same moment take longer than their bookings, so each
 * one's first answer is left out, unless there is no other.
 */
function latenciesOf(answers: Load['answers']): readonly number[] {
  const later = answers.filter(({ isFirst }) => !isFirst);
  const counted = later.length > 0 ? later : answers;
  return counted.map(({ latencyMs }) => latencyMs).toSorted((a, b) => a - b);
}
