import type { History } from './load.ts';

/** Latencies in milliseconds, from arrival to answer. `null`: nobody was answered. */
export interface LatencyMs {
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

/** How fast a load went. */
export interface Pace {
  /** Confirmed bookings by the time from the first arrival to the last confirmation. */
  readonly bookingsPerSecond: number;
  readonly latencyMs: LatencyMs;
  /** The last confirmation, since the first arrival. `null`: there was none. */
  readonly lastConfirmedMs: number | null;
  /** The last answer of any kind, since the first arrival. */
  readonly lastAnswerMs: number;
  /** How late requests were made, p99: that part of the latency is the load's own doing. */
  readonly sendLagMs: number | null;
  /** Every latency, ascending. */
  readonly latenciesMs: readonly number[];
}

/**
 * How fast everyone was answered. Errors have no latency: nobody got an answer worth timing, and a
 * connection that is refused in a millisecond must not make the api look quick.
 */
export function pace(history: History): Pace {
  const answered = history.filter(({ answer }) => answer.status !== 'error');
  const latenciesMs = answered
    .map(({ arrivedAtMs, answeredAtMs }) => answeredAtMs - arrivedAtMs)
    .toSorted((a, b) => a - b);
  const lagsMs = history
    .map(({ arrivedAtMs, sentAtMs }) => sentAtMs - arrivedAtMs)
    .toSorted((a, b) => a - b);
  const confirmations = history
    .filter(({ answer }) => answer.status === 'confirmed')
    .map(({ answeredAtMs }) => answeredAtMs);
  const lastConfirmedMs = confirmations.length === 0 ? null : largest(confirmations);
  return {
    bookingsPerSecond:
      lastConfirmedMs === null ? 0 : round((confirmations.length * 1_000) / lastConfirmedMs),
    latencyMs: {
      p50: percentile(latenciesMs, 50),
      p90: percentile(latenciesMs, 90),
      p99: percentile(latenciesMs, 99),
      max: percentile(latenciesMs, 100),
    },
    lastConfirmedMs,
    lastAnswerMs: largest(history.map(({ answeredAtMs }) => answeredAtMs)),
    sendLagMs: percentile(lagsMs, 99),
    latenciesMs,
  };
}

/**
 * The smallest value that at least `percent` of the values do not exceed (nearest rank), rounded
 * to a tenth; `null` of nothing.
 *
 * @example percentile([10, 20, 30, 40], 50) // 20
 */
export function percentile(ascending: readonly number[], percent: number): number | null {
  const rank = Math.max(1, Math.ceil((percent / 100) * ascending.length));
  const value = ascending[rank - 1];
  return value === undefined ? null : round(value);
}

/** Not `Math.max(...values)`: a hundred thousand arguments do not fit on the stack. */
function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
