import { percentile } from '@holdfast/command';
import type { Call } from '../load/call.ts';

/**
 * How fast everyone was answered; times are milliseconds since the first arrival. Errors have no
 * latency: nobody got an answer worth timing, and a connection that is refused in a millisecond must
 * not make the api look quick.
 */
export function pace(calls: readonly Call[]) {
  const answered = calls.filter(({ result }) => !isError(result));
  const latenciesMs = ascending(answered.map((one) => one.answeredAtMs - one.arrivedAtMs));
  const lagsMs = ascending(calls.map((one) => one.sentAtMs - one.arrivedAtMs));
  const confirmed = answered.filter(({ result }) => result.status === 'accepted');
  const lastConfirmedMs = ascending(confirmed.map((one) => one.answeredAtMs)).at(-1) ?? null;
  const [p50 = null, p90 = null, p99 = null, max = null] = [50, 90, 99, 100].map((percent) =>
    tenths(percentile(latenciesMs, percent)),
  );
  return {
    // Until the last confirmation.
    bookingsPerSecond:
      lastConfirmedMs === null ? 0 : (tenths((confirmed.length * 1_000) / lastConfirmedMs) ?? 0),
    // From arrival to answer. `null`: nobody was answered.
    latencyMs: { p50, p90, p99, max },
    lastConfirmedMs,
    lastAnswerMs: ascending(calls.map((one) => one.answeredAtMs)).at(-1) ?? 0,
    // How late requests were made, p99: that part of the latency is the load's own doing.
    sendLagMs: tenths(percentile(lagsMs, 99)),
    latenciesMs,
  };
}

/** Was it neither accepted nor refused, nor told to be unknown? */
export function isError({ status }: Call['result']): boolean {
  return status === 'fault' || status === 'unanswered';
}

function ascending(values: readonly number[]): readonly number[] {
  return values.toSorted((a, b) => a - b);
}

function tenths(value: number | null): number | null {
  return value === null ? null : Math.round(value * 10) / 10;
}
