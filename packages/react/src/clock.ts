/** What a page knows of time. The server's time comes as durations: neither of these clocks is believed for it. */
export interface Clock {
  /** A steady clock, in milliseconds: nobody sets it. It may stand still while the machine sleeps. */
  readonly now: () => number;
  /** The wall clock, in milliseconds. It may be wrong: only its jumps are looked at. */
  readonly wallNow: () => number;
}

/** The clocks of the browser. */
export const browserClock: Clock = {
  now: () => performance.now(),
  wallNow: () => Date.now(),
};

/** One look at both clocks. */
export interface ClockReading {
  readonly now: number;
  readonly wallNow: number;
}

/** A look at both clocks, now. */
export function readClock({ now, wallNow }: Clock): ClockReading {
  return { now: now(), wallNow: wallNow() };
}

/** More than clocks differ by themselves between two looks. */
const differenceMsMax = 2_000;

/**
 * Has one clock gone on without the other, or have both gone on for longer than looks are apart? Then the machine
 * slept, or somebody has set its clock: durations that were counted since may be wrong.
 *
 * @param periodMs how far apart the looks are meant to be
 * @example
 * hasJumped({ now: 0, wallNow: 0 }, { now: 1_000, wallNow: 3_600_000 }, 1_000); // true
 */
export function hasJumped(before: ClockReading, after: ClockReading, periodMs: number): boolean {
  const steadyMs = after.now - before.now;
  const wallMs = after.wallNow - before.wallNow;
  return Math.abs(wallMs - steadyMs) > differenceMsMax || steadyMs > periodMs + sleepMsMin;
}

/** A tab in the background looks once a minute. */
const sleepMsMin = 90_000;
