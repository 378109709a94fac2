import type { Job } from './job.ts';

/**
 * `failing`: the last run failed, and the next one is on its way. `stalled`: nothing is, or a run does
 * not end.
 */
export type JobHealth = 'well' | 'failing' | 'stalled';

/** How a job goes, by what its runner has seen of it. */
export interface JobHealthWatch {
  began(): void;
  ended(result: 'ok' | 'failed'): void;
  /** It was seen to run in another process. */
  seenElsewhere(): void;
  health(): JobHealth;
}

/**
 * Watches one job. `patienceMs` is how long its runner itself waits before it runs it unasked.
 *
 * @example
 * const watch = watchJobHealth(job, 2_000);
 * watch.began();
 * watch.health(); // 'stalled', where the run is in hand for longer than job.stalledAfterMs
 */
export function watchJobHealth(
  job: Pick<Job, 'stalledAfterMs'>,
  patienceMs: number,
): JobHealthWatch {
  let isInHand = false;
  let isFailing = false;
  let movedAt = performance.now();
  return {
    began() {
      isInHand = true;
      movedAt = performance.now();
    },
    ended(result) {
      isInHand = false;
      isFailing = result === 'failed';
      movedAt = performance.now();
    },
    seenElsewhere() {
      // A schedule goes on beside a run that does not end.
      if (!isInHand) movedAt = performance.now();
    },
    health() {
      const quietMs = performance.now() - movedAt - (isInHand ? 0 : patienceMs);
      if (quietMs > job.stalledAfterMs) return 'stalled';
      return isFailing ? 'failing' : 'well';
    },
  };
}
