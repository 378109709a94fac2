import { percentile } from '@holdfast/command';
import { countFalseRefusals } from './false-refusals.ts';
import type { AnswerKind, Call } from './record.ts';

/** What became of a load, in figures. */
export interface CrowdResult {
  readonly counts: Readonly<Record<AnswerKind, number>>;
  /** Between the first moment that counts and the last answer. */
  readonly durationMs: number;
  /** Until the last booking; `null`: there was none. */
  readonly lastBookedAtMs: number | null;
  /** Until the last `sold_out`, from the same moment on. */
  readonly lastRefusedAtMs: number | null;
  /** Of bookings and refusals. */
  readonly p99Ms: number | null;
  /** Of cancels. */
  readonly cancelP50Ms: number | null;
  readonly falseRefusals: number;
  /** Processor time of the generator while it sent and received. */
  readonly generatorMs: number;
}

interface ResultPlan {
  readonly seatCount: number;
  /** What ended before does not count, but for the truth of refusals. */
  readonly countFromMs: number;
  readonly generatorMs: number;
}

/** @example resultOf(calls, { seatCount: 100, countFromMs: 0, generatorMs: 812 }) */
export function resultOf(calls: readonly Call[], plan: ResultPlan): CrowdResult {
  const counted = calls.filter(({ endedAtMs }) => endedAtMs >= plan.countFromMs);
  const countOf = (kind: AnswerKind) => counted.filter((call) => call.kind === kind).length;
  const lastOf = (kind: AnswerKind) => {
    const last = counted.findLast((call) => call.kind === kind);
    return last === undefined ? null : last.endedAtMs - plan.countFromMs;
  };
  const endedAtMs = counted.at(-1)?.endedAtMs ?? plan.countFromMs;
  return {
    counts: {
      booked: countOf('booked'),
      sold_out: countOf('sold_out'),
      cancelled: countOf('cancelled'),
      fault: countOf('fault'),
      broken: countOf('broken'),
    },
    durationMs: endedAtMs - plan.countFromMs,
    lastBookedAtMs: lastOf('booked'),
    lastRefusedAtMs: lastOf('sold_out'),
    p99Ms: latencyOf(counted, ['booked', 'sold_out'], 99),
    cancelP50Ms: latencyOf(counted, ['cancelled'], 50),
    falseRefusals: countFalseRefusals(calls, plan.seatCount),
    generatorMs: plan.generatorMs,
  };
}

function latencyOf(
  calls: readonly Call[],
  kinds: readonly AnswerKind[],
  percent: number,
): number | null {
  const latencies = calls
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ sentAtMs, endedAtMs }) => endedAtMs - sentAtMs)
    .toSorted((a, b) => a - b);
  return percentile(latencies, percent);
}
