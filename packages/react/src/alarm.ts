/** Waits that a wake ends early. */
export interface Alarm {
  /** Waits so long, or until the next `ring`. Rejects where the signal aborts. */
  sleep(durationMs: number, signal: AbortSignal): Promise<void>;
  /** Ends every wait. */
  ring(): void;
}

/** Waits of one page. */
export function createAlarm(): Alarm {
  const sleepers = new Set<() => void>();
  return {
    ring: () => {
      for (const end of sleepers) end();
    },
    async sleep(durationMs, signal) {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      const end = () => resolve(undefined);
      const timer = setTimeout(end, durationMs);
      sleepers.add(end);
      signal.addEventListener('abort', end);
      if (signal.aborted) end();
      await promise;
      clearTimeout(timer);
      sleepers.delete(end);
      signal.removeEventListener('abort', end);
      signal.throwIfAborted();
    },
  };
}
