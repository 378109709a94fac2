import { useEffect, useState } from 'react';
import { usePage } from './holdfast-provider.ts';

/** Some more often than once a second: then no second is skipped. */
const tickMs = 250;

/**
 * The page's steady clock, in milliseconds, kept up to date while it is wanted.
 *
 * @example
 * const now = useSteadyNow(true);
 * const secondsLeft = Math.ceil(remainingMs(seen, now) / 1_000);
 */
export function useSteadyNow(isWanted: boolean): number {
  const { clock } = usePage();
  const [now, setNow] = useState(clock.now);
  useEffect(() => {
    if (!isWanted) return;
    const tick = () => setNow(clock.now());
    tick();
    const timer = setInterval(tick, tickMs);
    return () => clearInterval(timer);
  }, [clock, isWanted]);
  return now;
}
