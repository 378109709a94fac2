import type { Queue } from 'bullmq';
import type { Job } from './job.ts';

/** The next job may be so late, because all workers are busy, without the chain of jobs counting as broken. */
const lateMaxMs = 3_000;
/** It may be so much further ahead than a period: clocks differ. */
const aheadMaxMs = 2_000;

/** What the queue knows of a scheduler. */
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
 * @example isAlive({ every: 1_000, next: now + 400 }, { everyMs: 1_000, now }) // true
 */
export function isAlive(
  schedule: Schedule,
  { everyMs, now }: { readonly everyMs: number; readonly now: number },
): boolean {
  const { every, next } = schedule;
  if (every !== everyMs || next === undefined) return false;
  return now - lateMaxMs <= next && next <= now + everyMs + aheadMaxMs;
}

export interface EnsureOptions {
  /**
   * Is a schedule of another period made anew? A worker does so when it starts; if it went on, two
   * workers of different settings would make theirs in turn, each time with a job at once.
   */
  readonly isPeriodOurs: boolean;
}

/**
 * Sees to it that there is a next job: makes the schedule where it is missing, and makes it anew
 * where it would not go on. Safe to call at any time, by any number of workers.
 *
 * @returns when the next job is due, which moves on with each job that somebody takes up; `null`
 *   where the schedule was made just now
 */
export async function ensureSchedule(
  queue: Queue,
  { name, everyMs }: Pick<Job, 'name' | 'everyMs'>,
  { isPeriodOurs }: EnsureOptions,
): Promise<number | null> {
  const schedule = await queue.getJobScheduler(name);
  const expected = { everyMs: isPeriodOurs ? everyMs : (schedule?.every ?? everyMs) };
  if (schedule?.next !== undefined && isAlive(schedule, { ...expected, now: Date.now() })) {
    return schedule.next;
  }
  // Without this, a new schedule would take over the time of the old one's next job.
  if (schedule !== undefined) await queue.removeJobScheduler(name);
  await queue.upsertJobScheduler(name, { every: everyMs }, { name });
  return null;
}
