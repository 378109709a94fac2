import { type Health, type HealthReport, type Logger, watchOutage } from '@holdfast/process';
import type { Processor, Queue } from 'bullmq';
import type { Backend, OpenQueue } from './backend.ts';
import { startBeat } from './beat.ts';
import { createJobs, type JobParts } from './create-jobs.ts';
import type { JobHealth } from './job-health.ts';
import { createJobRunner, type JobRunner } from './job-runner.ts';
import { type KeptSchedules, keepSchedules } from './keep-schedules.ts';

/** What was stopped before it was ready is never ready. */
const never = new Promise<void>(() => undefined);

export interface WorkerOptions extends JobParts {
  /** Closed by `stop`. */
  readonly backend: Backend;
  readonly log: Logger;
}

export interface RunningWorker {
  /** Resolves once the queue can be used, however long that takes; null where `stop` came first. */
  readonly queue: Promise<Queue | null>;
  /** Resolves once jobs are taken up and all schedules stand, however long that takes. */
  readonly ready: Promise<void>;
  /** Which jobs stand still, and which keep it from its work; until it is ready, `start` is among these. */
  readonly health: Health;
  /**
   * Runs a job by its name now, beside whatever the queue says. A run that is in hand goes first.
   *
   * @throws Error for a name that no job has, and what the run throws
   */
  run(jobName: string): Promise<unknown>;
  /** Lets the runs in hand end, then closes the queue and the backend. The database stays open. */
  stop(): Promise<void>;
}

/**
 * Starts the jobs. A queue hints at when each of them is due and spreads them over the workers; each
 * worker also runs by itself what it has not seen for two periods. So neither the queue nor its
 * server need to be there; each may go away and come back.
 *
 * @example
 * const worker = startWorker({ database, backend, log, metrics, auditEveryMs: 60_000 });
 * await worker.ready;
 * await worker.stop();
 */
export function startWorker(options: WorkerOptions): RunningWorker {
  const { backend, database, log, metrics } = options;
  const runners = createJobs(options).map((job) => createJobRunner(job, { log, metrics }));
  const runnerOf = (name: string) => {
    const runner = runners.find(({ job }) => job.name === name);
    if (runner === undefined) throw new Error(`There is no job of the name ${name}.`);
    return runner;
  };
  const stopping = new AbortController();
  const work: Processor = async ({ name, repeatJobKey }) =>
    runnerOf(name).hint(repeatJobKey === undefined ? 'hand' : 'schedule');
  const opening = backend.openQueue(work, stopping.signal);
  const scheduling = opening.then((open) => schedule(open, runners, log));
  for (const runner of runners) runner.start();
  let isReady = false;
  const ready = Promise.all([opening, scheduling]).then(async ([open, schedules]) => {
    await Promise.all([open?.ready ?? never, schedules?.firstCheck]);
    isReady = true;
  });
  const health = () => healthOf(runners, isReady);
  const beat = startBeat({ database, metrics, health });
  return {
    queue: opening.then((open) => open?.queue ?? null),
    ready,
    health,
    run: async (name) => runnerOf(name).hint('hand'),
    async stop() {
      stopping.abort();
      (await scheduling)?.stop();
      await Promise.all([beat.stop(), ...runners.map((runner) => runner.stop())]);
      await (await opening)?.close();
      await backend.close();
    },
  };
}

function healthOf(runners: readonly JobRunner[], isReady: boolean): HealthReport {
  const among = (health: JobHealth) => runners.filter((runner) => runner.health() === health);
  const failing = among('failing').filter(({ job }) => job.isNeededToBeReady);
  return {
    stalled: namesOf(among('stalled')),
    failing: [...(isReady ? [] : ['start']), ...namesOf(failing)],
  };
}

function namesOf(runners: readonly JobRunner[]): readonly string[] {
  return runners.map(({ job }) => job.name);
}

function schedule(
  open: OpenQueue | null,
  runners: readonly JobRunner[],
  log: Logger,
): KeptSchedules | null {
  return open && keepSchedules(open.queue, runners, watchOutage(log, 'Scheduling'));
}
