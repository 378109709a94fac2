import type { Queue } from 'bullmq';
import { expireHoldsName, sweepEveryMs } from './queues.ts';

/** How far from now the next job may be, before or after, without the chain of jobs counting as broken. */
const distanceMaxMs = 3_000;

/** What Redis knows of a scheduler. */
interface Schedule {
  readonly every?: number | undefined;
  /** When its next job is due, in epoch milliseconds of whoever made it. */
  readonly next?: number | undefined;
}

/**
 * Will this schedule go on by itself?
 *
 * Each job of a scheduler makes the next one, so a lost job ends the chain though the scheduler
 * stands; then `next` stays in the past. A `next` far ahead was made by a worker whose clock is
 * ahead, and would let everybody else wait for it.
 *
 * @example isAlive({ every: 1_000, next: now + 400 }, now) // true
 */
export function isAlive(schedule: Schedule, now: number): boolean {
  const { every, next } = schedule;
  return every === sweepEveryMs && next !== undefined && Math.abs(next - now) <= distanceMaxMs;
}

/**
 * Sees to it that there is a next job: makes the schedule where it is missing, and makes it anew
 * where it would not go on. Safe to call at any time, by any number of workers.
 */
export async function ensureSchedule(queue: Queue): Promise<'kept' | 'made'> {
  const schedule = await queue.getJobScheduler(expireHoldsName);
  if (schedule !== undefined && isAlive(schedule, Date.now())) return 'kept';
  // Without this, a new schedule would take over the time of the old one's next job.
  if (schedule !== undefined) await queue.removeJobScheduler(expireHoldsName);
  await queue.upsertJobScheduler(
    expireHoldsName,
    { every: sweepEveryMs },
    { name: expireHoldsName },
  );
  return 'made';
}
