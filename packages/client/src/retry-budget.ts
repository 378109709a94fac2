/** How many retries a client may still make. */
export interface RetryBudget {
  /** A call begins: it earns its part of a retry. */
  earn(): void;
  /** Takes one retry. `false`: there is none left, so do not retry. */
  spend(): boolean;
}

/** Ten times 0.1 is a little less than 1 in floating point, and must buy a retry all the same. */
const roundingError = 1e-9;

/**
 * A token bucket over all calls of one client: however many of them fail, the client sends no more
 * than `reserveCount + ratio * calls` requests beyond its calls. Without it, an api that refuses
 * everybody for a second would be asked four times as often in the next.
 *
 * @example
 * const budget = retryBudget({ reserveCount: 10, ratio: 0.1 });
 * budget.earn(); // with every call
 * if (budget.spend()) retry();
 */
export function retryBudget(limits: { reserveCount: number; ratio: number }): RetryBudget {
  const retryCountMax = Math.max(limits.reserveCount, limits.ratio > 0 ? 1 : 0);
  let retryCount = limits.reserveCount;
  return {
    earn() {
      retryCount = Math.min(retryCountMax, retryCount + limits.ratio);
    },
    spend() {
      if (retryCount < 1 - roundingError) return false;
      retryCount -= 1;
      return true;
    },
  };
}
