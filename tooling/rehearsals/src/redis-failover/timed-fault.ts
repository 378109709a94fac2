import type { Fault } from '@holdfast/cli/parts';

/** Times of a fault, in milliseconds since it began; `null`: it has not come so far, or does not come. */
export interface RedisTimes {
  /** A replica was the master. */
  readonly promotedMs: number | null;
  /** Every api process asked Redis first again, for good; 0: none ever stopped. */
  readonly admissionMs: number | null;
  /** A job that was given to the queue when the fault began was done. */
  readonly queueMs: number | null;
  /** All slots had moved. */
  readonly movedMs: number | null;
}

/** A fault that notes when what happened. */
export interface TimedFault {
  readonly fault: Fault;
  readonly times: () => RedisTimes;
}
