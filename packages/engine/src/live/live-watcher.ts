import { type EngineFault, Overloaded } from '../faults.ts';
import type { LiveUpdate } from './live-change.ts';

/** What an event tells of its changes. */
export interface Listener {
  push(update: LiveUpdate): void;
  /** Nothing comes any more. `fault`: why, where it is not the listener that has left. */
  end(fault?: EngineFault | null): void;
}

/** A watcher that so many changes wait for is not told of more: some seconds of a big sale. */
export const waitingChangeCountMax = 1_000;

/** What a watcher that was dropped is told to wait, if it can still hear. */
const retryAfterMs = 1_000;

/**
 * One who watches an event. What it has not taken yet waits here; the updates themselves are shared
 * by all watchers.
 */
export class Watcher implements Listener {
  readonly #onDropped: () => void;
  #waiting: LiveUpdate[] = [];
  #changeCount = 0;
  #isEnded = false;
  #fault: EngineFault | null = null;
  #wake: (() => void) | null = null;

  /** `onDropped`: it reads more slowly than the event changes, and nothing waits for it any more. */
  constructor(onDropped: () => void) {
    this.#onDropped = onDropped;
  }

  push(update: LiveUpdate): void {
    if (this.#isEnded) return;
    if (this.#changeCount >= waitingChangeCountMax) {
      this.end(new Overloaded(retryAfterMs));
      this.#onDropped();
      return;
    }
    this.#waiting.push(update);
    this.#changeCount += update.changes.length;
    this.#wake?.();
  }

  end(fault: EngineFault | null = null): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#fault = fault;
    this.#waiting = [];
    this.#wake?.();
  }

  /** All that waits, as one update; `null` at the end. Throws the fault that it ended with. */
  async next(): Promise<LiveUpdate | null> {
    if (this.#waiting.length === 0 && !this.#isEnded) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
      this.#wake = null;
    }
    if (this.#fault !== null) throw this.#fault;
    return this.#isEnded ? null : this.#take();
  }

  #take(): LiveUpdate | null {
    const [first, ...rest] = this.#waiting;
    this.#waiting = [];
    this.#changeCount = 0;
    return first === undefined ? null : rest.reduce(joined, first);
  }
}

/** What was before a restart is of no use after it. */
function joined(one: LiveUpdate, next: LiveUpdate): LiveUpdate {
  if (next.restarted) return next;
  return { restarted: one.restarted, changes: [...one.changes, ...next.changes] };
}
