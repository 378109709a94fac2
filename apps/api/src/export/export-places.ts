import { Shares } from '@holdfast/engine';
import { Fault } from '../http/faults.ts';

/** Exports of a process at a time, and of them one caller's. Each takes its turns among the reads of all callers. */
const countMax = 8;
const countPerCallerMax = 2;
const retryAfterMs = 5_000;

/** How many exports are under way. */
export class ExportPlaces {
  readonly #shares = new Shares(countPerCallerMax);
  #count = 0;

  /**
   * Takes a place. What it returns gives it back, once.
   *
   * Fault: `overloaded`, where there is none.
   */
  enter(caller: string): () => void {
    if (this.#count >= countMax || !this.#shares.enter(caller)) {
      const message = 'Too many exports are under way. Try again when one of them has ended.';
      throw new Fault('overloaded', { message, retryAfterMs });
    }
    this.#count += 1;
    let isIn = true;
    return () => {
      if (!isIn) return;
      isIn = false;
      this.#count -= 1;
      this.#shares.leave(caller);
    };
  }
}
