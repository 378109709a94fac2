import { setTimeout as sleep } from 'node:timers/promises';
import { readMetricsWhereUp, type Scene, sumOf } from '@holdfast/cli/parts';
import { connectRedis } from '@holdfast/redis';
import { queueName } from '@holdfast/data/jobs-schema';
import { type Job, Queue } from 'bullmq';
import { queuePrefixOf } from './queue-keys.ts';

/** What is waited for is there by then, or counts as not coming. */
const patienceMs = 30_000;
const lookEveryMs = 50;
/** Redis counts as asked again when it has been for so long. */
const steadyMs = 2_000;

/**
 * A job longer: where the answer to its end is lost, as while a cluster has nobody for a slot, it counts as under way until its
 * lock has lapsed (10 s) and BullMQ has looked twice (10 s each), and is then done again.
 */
const jobPatienceMs = 60_000;

/**
 * Looks until it is so. Resolves to when it was, by `performance.now()`; `null`: not in that time, even if a look is
 * not answered at all.
 */
export async function timeOf(
  isSo: () => Promise<boolean>,
  withinMs = patienceMs,
): Promise<number | null> {
  const tooLate = sleep(withinMs, null, { ref: false });
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline) {
    const seen = await Promise.race([isSo().catch(() => false), tooLate]);
    if (seen === true) return performance.now();
    await sleep(lookEveryMs);
  }
  return null;
}

/**
 * Since when every api process asks Redis first, for 2 s by now; `since` where none ever stopped. `null`: not
 * in 30 s.
 */
export async function timeOfAdmission({ stack }: Scene, since: number): Promise<number | null> {
  const deadline = performance.now() + patienceMs;
  let upSince: number = since;
  while (performance.now() < deadline) {
    const processes = await readMetricsWhereUp(stack.inside);
    const areUp = processes.every((samples) => sumOf(samples, 'holdfast_admission_up') === 1);
    if (!areUp) upSince = performance.now();
    // It takes a moment until somebody asks, and fails.
    if (performance.now() - Math.max(upSince, since) > steadyMs) return upSince;
    await sleep(lookEveryMs);
  }
  return null;
}

/** A job that was given to the queue in the middle of it all. */
export interface GivenJob {
  /** By `performance.now()`; `null`: it was not done. */
  readonly doneAt: number | null;
  /** What the queue said of it last: `active`, `completed`, … */
  readonly state: string;
}

/** A sentence, with what became of the job instead, where it was not done. */
export function flawsOfJob({ doneAt, state }: GivenJob): readonly string[] {
  return doneAt === null ? [`A job of the queue was not done: ${state}.`] : [];
}

/** The worker's queue, for a job of ours. */
export interface JobGiver extends Disposable {
  /** When a job that is given to the queue now was done by the worker. */
  give(): Promise<GivenJob>;
}

/**
 * Opened while all is well, as the processes have done. Who came to a cluster now, by the address of a master that
 * is dead, would find none of the others.
 */
export async function openJobs({ stack }: Scene): Promise<JobGiver> {
  if (stack.redisUrl === null) throw new Error('This needs a Redis.');
  const connection = connectRedis(stack.redisUrl, 'queue');
  const queue = new Queue(queueName, { connection, prefix: queuePrefixOf(stack) });
  // Redis is away, as it should be.
  queue.on('error', () => {});
  await queue.waitUntilReady();
  return {
    give: () => timeOfJob(queue),
    [Symbol.dispose]: () => connection.disconnect(),
  };
}

async function timeOfJob(queue: Queue): Promise<GivenJob> {
  let job: Job | null = null;
  let state = 'it was never taken';
  const doneAt = await timeOf(async () => {
    // What a cluster does not take for ten seconds fails, and is given to it again.
    job ??= await queue.add('reconcile', {});
    state = await job.getState();
    // It was begun while Redis was away, and failed. The worker's own are given again each time, and so is this one.
    if (state === 'failed') job = null;
    return state === 'completed';
  }, jobPatienceMs);
  return { doneAt, state };
}
