import type { Instant } from '@holdfast/domain';

/** After so long without an answer, PostgreSQL's time counts as unknown. */
const ageMsMax = 1_000;

/**
 * PostgreSQL's time between its answers. Each answer gives the time at which its statement began.
 * So when the answer arrives it is that time or later. Of the answers of the last second, the one
 * counts that gives the latest time.
 *
 * It is late by as much as the fastest statement of that second took. It is early only if
 * PostgreSQL's own clock is set back, and then for a second.
 */
export class DatabaseClock {
  #aheadMs = Number.NEGATIVE_INFINITY;
  #bestAtMs = Number.NEGATIVE_INFINITY;
  #answeredAtMs = Number.NEGATIVE_INFINITY;

  /** An answer has arrived, and gives this time. */
  observe(databaseNow: Instant, nowMs: number = performance.now()): void {
    const aheadMs = databaseNow - nowMs;
    if (aheadMs >= this.#aheadMs || nowMs - this.#bestAtMs > ageMsMax) {
      this.#aheadMs = aheadMs;
      this.#bestAtMs = nowMs;
    }
    this.#answeredAtMs = nowMs;
  }

  /** PostgreSQL's time now, in whole milliseconds. `null`: there was no answer for a second. */
  now(nowMs: number = performance.now()): Instant | null {
    return nowMs - this.#answeredAtMs > ageMsMax ? null : Math.floor(nowMs + this.#aheadMs);
  }
}
