/**
 * `failing`: the last run failed, and the next one is on its way. `stalled`: nothing is, or a run does
 * not end.
 */
export type JobHealth = 'well' | 'failing' | 'stalled';

/**
 * A run that is in hand for longer does not end by itself, and where none begins for so long beyond its
 * period, none will: only a restart helps. The slowest runs end before: a relay of fifty batches, a sweep
 * of pages whose rows are all locked, the largest part of an audit.
 */
const stalledAfterMs = 600_000;

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
 * const watch = watchJobHealth(2_000);
 * watch.began();
 * watch.health(); // 'well'; 'stalled', where the run is still in hand ten minutes later
 */
export function watchJobHealth(patienceMs: number): JobHealthWatch {
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
      if (quietMs > stalledAfterMs) return 'stalled';
      return isFailing ? 'failing' : 'well';
    },
  };
}
