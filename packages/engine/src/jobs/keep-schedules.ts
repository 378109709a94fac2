import type { Outage } from '@holdfast/process';
import type { Queue } from 'bullmq';
import type { JobRunner } from './job-runner.ts';
import { ensureSchedule } from './schedule.ts';

/** How often the schedules are looked at. One small call each. */
const scheduleCheckEveryMs = 1_000;

export interface KeptSchedules {
  /** Resolves once all of them stand, however long that takes. */
  readonly firstCheck: Promise<void>;
  stop(): void;
}

/**
 * Looks at the schedules of the queue's jobs again and again, one look at a time: repairs those that
 * would not go on, and tells the runners of jobs that some worker has taken up meanwhile.
 */
export function keepSchedules(
  queue: Queue,
  runners: readonly JobRunner[],
  outage: Outage,
): KeptSchedules {
  const scheduled = runners.filter(({ job }) => job.scheduledBy === 'queue');
  const nextDueAt = new Map<string, number>();
  const first = Promise.withResolvers<void>();
  let isChecking = false;

  async function checkOne(runner: JobRunner): Promise<void> {
    const { job } = runner;
    const last = nextDueAt.get(job.name);
    const next = await ensureSchedule(queue, job, { isPeriodOurs: last === undefined });
    if (next !== null && last !== undefined && next > last) runner.note();
    nextDueAt.set(job.name, next ?? Infinity);
  }

  async function check(): Promise<void> {
    if (isChecking) return;
    isChecking = true;
    try {
      await Promise.all(scheduled.map(checkOne));
      first.resolve();
    } catch (error) {
      outage.note(error);
    } finally {
      isChecking = false;
    }
  }

  void check();
  const timer = setInterval(() => void check(), scheduleCheckEveryMs);
  return { firstCheck: first.promise, stop: () => clearInterval(timer) };
}
