import { type Logger, type Outage, watchOutage } from '@holdfast/process';
import type { Job } from './job.ts';
import { type JobHealth, type JobHealthWatch, watchJobHealth } from './job-health.ts';
import type { WorkerMetrics } from './worker-metrics.ts';

/** Where a hint to run comes from: a schedule goes on by itself, a hand waits for its effect. */
export type HintOrigin = 'schedule' | 'hand';

/** Runs one job in this process. */
export interface JobRunner {
  readonly job: Job;
  /**
   * Runs the job now and answers its report. While a run is in hand, there is no second one beside
   * it: a hint by hand asks for one more run after it, one by a schedule for nothing.
   *
   * Throws what the run throws.
   */
  hint(origin: HintOrigin): Promise<unknown>;
  /** The job was seen to run in another process: no need to run it here for a while. */
  note(): void;
  /** How the job goes, here or elsewhere, as of now. */
  health(): JobHealth;
  /** From now on the job is run here where no hint comes. */
  start(): void;
  /** No run begins any more. Resolves when the run in hand has ended. */
  stop(): Promise<void>;
}

/** So many periods without a run, here or elsewhere, and the job is run without a hint. */
const periodCountMax = 2;

interface RunnerParts {
  readonly log: Logger;
  readonly metrics: WorkerMetrics;
}

/**
 * Keeps one job going, whatever becomes of the queue: every key of it may be dropped, and Redis be
 * away, at the price of one period.
 *
 * @example
 * const runner = createJobRunner(job, { log, metrics });
 * runner.start();
 * await runner.hint('schedule');
 */
export function createJobRunner(job: Job, { log, metrics }: RunnerParts): JobRunner {
  const outage = watchOutage(log, job.subject);
  const stopping = new AbortController();
  const patienceMs = job.everyMs * (job.scheduledBy === 'queue' ? periodCountMax : 1);
  const watch = watchJobHealth(patienceMs);
  let inHand: Promise<void> | null = null;
  let isWantedAgain = false;
  let seenAt = job.isRunAtStart ? -Infinity : performance.now();
  let timer: NodeJS.Timeout | undefined;

  function begin(): Promise<unknown> {
    const running = runOnce(job, { metrics, outage, watch, signal: stopping.signal });
    inHand = running.then(end, end);
    return running;
  }

  function end(): void {
    inHand = null;
    seenAt = performance.now();
    if (!isWantedAgain || stopping.signal.aborted) return;
    isWantedAgain = false;
    runUnasked();
  }

  /** Its fault is in the log and in the metrics; nobody waits for it. */
  function runUnasked(): void {
    begin().catch(() => undefined);
  }

  function look(): void {
    if (inHand === null && performance.now() - seenAt >= patienceMs) runUnasked();
    const waitMs = inHand === null ? seenAt + patienceMs - performance.now() : patienceMs;
    timer = setTimeout(look, Math.max(waitMs, 1));
  }

  return {
    job,
    async hint(origin) {
      if (stopping.signal.aborted) return { status: 'stopping' };
      if (inHand === null) return begin();
      if (origin === 'hand') isWantedAgain = true;
      return { status: 'in_hand' };
    },
    note() {
      seenAt = performance.now();
      watch.seenElsewhere();
    },
    health: () => watch.health(),
    start: look,
    async stop() {
      clearTimeout(timer);
      stopping.abort();
      await inHand;
    },
  };
}

interface RunParts extends Pick<RunnerParts, 'metrics'> {
  readonly outage: Outage;
  readonly watch: JobHealthWatch;
  readonly signal: AbortSignal;
}

/** Runs the job, and tells how it went to all that keep count. Throws what the run throws. */
async function runOnce(job: Job, { metrics, outage, watch, signal }: RunParts): Promise<unknown> {
  const endRun = metrics.beginRun(job.name);
  watch.began();
  try {
    const report = await job.run(signal);
    endRun('ok');
    watch.ended('ok');
    outage.over();
    return report;
  } catch (error) {
    endRun('failed');
    watch.ended('failed');
    outage.note(error);
    throw error;
  }
}
