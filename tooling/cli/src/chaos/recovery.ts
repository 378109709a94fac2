import type { Call } from '../load/call.ts';

/** When something happened to the load, in milliseconds since it began. */
export interface Timeline {
  /** From here to `injectedAtMs` the rate before the fault is measured. */
  readonly steadyAtMs: number;
  readonly injectedAtMs: number;
  /** The fault ends: its healing begins. What healing itself takes counts as recovery. */
  readonly healedAtMs: number;
  readonly sentPerSecond: number;
}

const secondMs = 1_000;

/** The share of the rate before the fault that counts as recovered. */
export const recoveredShare = 0.9;

/** Windows of one second are looked at in such steps from the end of the fault. */
const stepMs = 100;

/** When the calls of the schedule were answered with yes or no: what the rate is measured by. */
export function steadyAnswersOf(calls: readonly Call[]): readonly number[] {
  return calls
    .filter(({ isScheduled }) => isScheduled)
    .filter(({ result }) => result.status === 'accepted' || result.status === 'refused')
    .map(({ answeredAtMs }) => answeredAtMs);
}

/**
 * Answers a second before the fault; 0 where there was no time to measure it. Never more than were
 * sent: answers to what had piled up before say nothing of what the service can keep up.
 */
export function rateBefore(answeredAtMs: readonly number[], timeline: Timeline): number {
  const { steadyAtMs, injectedAtMs, sentPerSecond } = timeline;
  const lengthMs = injectedAtMs - steadyAtMs;
  if (lengthMs <= 0) return 0;
  const answerCount = countIn(answeredAtMs, steadyAtMs, injectedAtMs);
  return Math.min(sentPerSecond, (answerCount * secondMs) / lengthMs);
}

/**
 * How long after the end of a fault the first whole second begins in which at least 90 % as many
 * calls are answered without an error as in a second before the fault. 0: the service was never
 * worse from the end of the fault on. `null`: no such second until `untilMs`, or no rate before.
 *
 * @param answeredAtMs when each call that ended without an error was answered, in any order
 * @example recoveryMs(answers, { steadyAtMs: 1_000, injectedAtMs: 4_000, healedAtMs: 7_000 }, 12_000) // 300
 */
export function recoveryMs(
  answeredAtMs: readonly number[],
  timeline: Timeline,
  untilMs: number,
): number | null {
  const needed = rateBefore(answeredAtMs, timeline) * recoveredShare;
  if (needed === 0) return null;
  const { healedAtMs } = timeline;
  const isRecovered = (count: number) => count >= needed;
  const index = secondsOf(answeredAtMs, healedAtMs, untilMs).findIndex(isRecovered);
  return index === -1 ? null : index * stepMs;
}

/** The fewest answers of any second from the beginning of the fault on. */
export function worstSecond(
  answeredAtMs: readonly number[],
  { injectedAtMs }: Timeline,
  untilMs: number,
): number {
  const counts = secondsOf(answeredAtMs, injectedAtMs, untilMs);
  return counts.length === 0 ? 0 : Math.min(...counts);
}

/** The answers of each whole second between the two, in steps. */
function secondsOf(answeredAtMs: readonly number[], fromMs: number, untilMs: number) {
  const count = Math.max(0, Math.floor((untilMs - fromMs - secondMs) / stepMs) + 1);
  return Array.from({ length: count }, (_, index) => {
    const beginMs = fromMs + index * stepMs;
    return countIn(answeredAtMs, beginMs, beginMs + secondMs);
  });
}

/** Those of `[fromMs, toMs)`. */
export function countIn(atMs: readonly number[], fromMs: number, toMs: number): number {
  return atMs.filter((at) => at >= fromMs && at < toMs).length;
}
