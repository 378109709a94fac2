import { DeadlineExceeded } from './faults.ts';

/** Until when somebody waits for an answer. */
export interface Deadline {
  /** Milliseconds that are left; 0 when it has passed. */
  remainingMs(): number;
}

/**
 * A deadline so many milliseconds from now, by a clock that never steps.
 *
 * @example const deadline = deadlineAfter(10_000)
 */
export function deadlineAfter(durationMs: number): Deadline {
  const endsAt = performance.now() + durationMs;
  return { remainingMs: () => Math.max(0, endsAt - performance.now()) };
}

/**
 * The outcome of `work`, or DeadlineExceeded when that is not there in time. The work
 * itself is not stopped, so this is for work that may be thrown away: reads.
 *
 * @example const event = await within(deadline, findEvent(database, eventId))
 */
export async function within<T>(deadline: Deadline, work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const giveUp = () => reject(new DeadlineExceeded());
  const timer = setTimeout(giveUp, deadline.remainingMs());
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
