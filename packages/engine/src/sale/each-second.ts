/** A timer may fire a little early by the clock. */
const afterBoundaryMs = 15;

/**
 * Calls with each second that is over, soon after it is: by the wall clock, so that processes of one machine
 * end theirs together. No second comes twice, though the clock is set back. It keeps no process alive.
 *
 * @example const clock = eachSecond((second) => tallies.endSecond(second)); clock.stop();
 */
export function eachSecond(onEnd: (second: number) => void): { stop(): void } {
  let last = 0;
  let timer = wait();

  function wait(): NodeJS.Timeout {
    const waitMs = 1_000 - (Date.now() % 1_000) + afterBoundaryMs;
    return setTimeout(end, waitMs).unref();
  }

  function end(): void {
    timer = wait();
    last = Math.max(last + 1, Math.floor(Date.now() / 1_000) - 1);
    onEnd(last);
  }

  return { stop: () => clearTimeout(timer) };
}
