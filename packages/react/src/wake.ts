import { type Clock, hasJumped, readClock } from './clock.ts';

/** What a page hears of its own machine. */
export interface WakeListener {
  /** What was known may be old: the machine slept, is online again, or its clock was set. */
  readonly onWake: () => void;
  /** The machine says that it has no network. */
  readonly onOffline: () => void;
}

/** How often it looks at the clocks. */
const lookPeriodMs = 5_000;

/**
 * Tells when a page has to ask again: after sleep, in the foreground again, or online again.
 *
 * @returns what ends it
 */
export function watchWake(clock: Clock, { onWake, onOffline }: WakeListener): () => void {
  let before = readClock(clock);
  const look = () => {
    const after = readClock(clock);
    if (hasJumped(before, after, lookPeriodMs)) onWake();
    before = after;
  };
  const timer = setInterval(look, lookPeriodMs);
  const onShow = () => {
    if (document.visibilityState === 'visible') look();
  };
  // Out of the browser's cache of pages: its connections are gone.
  const onPageShow = (event: PageTransitionEvent) => {
    if (event.persisted) onWake();
  };
  document.addEventListener('visibilitychange', onShow);
  addEventListener('online', onWake);
  addEventListener('offline', onOffline);
  addEventListener('pageshow', onPageShow);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', onShow);
    removeEventListener('online', onWake);
    removeEventListener('offline', onOffline);
    removeEventListener('pageshow', onPageShow);
  };
}
