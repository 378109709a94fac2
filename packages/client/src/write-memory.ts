/** Remembers when the client last changed something, so that it does not read older things. */
export interface WriteMemory {
  /** A command of this client has ended just now. */
  note(): void;
  /**
   * How old an answer may be, in whole milliseconds, to show what this client has done; `undefined`:
   * as old as any, because all that the api still serves is newer.
   */
  maxAgeMs(): number | undefined;
}

/** The api serves nothing that was read longer ago than this, whatever happens. */
const ageMsMax = 61_000;

/** Browsers round their clocks: the time that has passed may look longer by so much. */
const clockGrainMs = 1;

/**
 * The memory of one client. `now` is a steady clock in milliseconds.
 *
 * @example
 * const writes = writeMemory(() => performance.now());
 * writes.note();
 * writes.maxAgeMs(); // 0, and then as many milliseconds as have passed
 */
export function writeMemory(now: () => number): WriteMemory {
  let notedAt = -Infinity;
  return {
    note() {
      notedAt = now();
    },
    maxAgeMs() {
      const passedMs = Math.max(0, Math.floor(now() - notedAt) - clockGrainMs);
      return passedMs <= ageMsMax ? passedMs : undefined;
    },
  };
}
