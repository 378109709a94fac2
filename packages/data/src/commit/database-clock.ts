import type { Instant } from '@holdfast/domain';

/** After so long without an answer PostgreSQL's time counts as unknown. */
const ageMsMax = 1_000;

/**
 * PostgreSQL's time, told between its answers: each says what time it was there when its statement
 * began, so that much or more it is when the answer is heard. The best of the last second counts.
 *
 * It may be late by the shortest statement of that second, and is never early, unless PostgreSQL's
 * own clock is set back: then for a second.
 */
export class DatabaseClock {
  #aheadMs = Number.NEGATIVE_INFINITY;
  #bestAtMs = Number.NEGATIVE_INFINITY;
  #heardAtMs = Number.NEGATIVE_INFINITY;

  /** An answer that is heard now, and the time that it gives. */
  hear(databaseNow: Instant, nowMs: number = performance.now()): void {
    const aheadMs = databaseNow - nowMs;
    if (aheadMs >= this.#aheadMs || nowMs - this.#bestAtMs > ageMsMax) {
      this.#aheadMs = aheadMs;
      this.#bestAtMs = nowMs;
    }
    this.#heardAtMs = nowMs;
  }

  /** The time there now, in whole milliseconds; `null`: nothing was heard for a second. */
  now(nowMs: number = performance.now()): Instant | null {
    return nowMs - this.#heardAtMs > ageMsMax ? null : Math.floor(nowMs + this.#aheadMs);
  }
}
