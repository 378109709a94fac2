/**
 * Something that the worker does again and again. A queue only hints at when: what there is to do
 * stands in PostgreSQL, so a run that is doubled, late or left out changes nothing for long.
 */
export interface Job {
  /** As BullMQ's jobs, its scheduler and the metrics call it. */
  readonly name: string;
  /** As an outage is called in the log: `Sweeping fails; …`. */
  readonly subject: string;
  readonly everyMs: number;
  /**
   * `queue`: the workers of a prefix share the runs, through a BullMQ schedule. `process`: each
   * process runs it by itself, every period.
   */
  readonly scheduledBy: 'queue' | 'process';
  /** While its runs fail, the worker does not do its work. A job that only looks may wait a day to look again. */
  readonly isNeededToBeReady: boolean;
  /** Runs as soon as the process is up, and not only a period later. */
  readonly isRunAtStart: boolean;
  /** Ends early, and in good order, when the signal says so. Answers what the queue's history shows. */
  run(signal: AbortSignal): Promise<unknown>;
}
