import { FairQueue } from './fair-queue.ts';

interface TurnsOptions {
  /** Calls that begin in one turn of the event loop, at most; a batch is not taken apart. */
  readonly callCountMax: number;
  /** A request has to wait for a later turn. */
  readonly onWait: () => void;
}

interface Arrival {
  readonly callCount: number;
  readonly begin: () => void;
}

/**
 * When more calls arrive than one turn of the event loop should begin, the rest wait, and begin in the
 * turns to come: each address in its turn, whoever has how many connections. So a crowd of one address
 * does not keep others waiting for longer than a turn or two. Nobody is refused: there is at most one
 * that waits for each connection, which is not read from meanwhile.
 *
 * From one address, calls of as many a batch have a line of their own: who asks one thing does not
 * wait behind those who ask twenty.
 *
 * @example
 * const turns = new Turns({ callCountMax: 64, onWait: () => {} });
 * turns.enter(() => '203.0.113.7', 1, () => answer(request, response));
 */
export class Turns {
  readonly #options: TurnsOptions;
  readonly #waiting = new FairQueue<Arrival>();
  /** Calls that have begun in this turn. */
  #callCount = 0;
  #isScheduled = false;

  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  /**
   * Calls `begin`, at once where this turn has room, else in a later one. `caller` says whose line it
   * waits in, and is asked only where it waits.
   */
  enter(caller: () => string, callCount: number, begin: () => void): void {
    if (this.#waiting.size === 0 && this.#callCount < this.#options.callCountMax) {
      this.#begin({ callCount, begin });
      return;
    }
    this.#waiting.add(`${caller()} ${callCount}`, { callCount, begin });
    this.#options.onWait();
    this.#schedule();
  }

  /** The same for one call that goes on. */
  async turnOf(caller: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.enter(() => caller, 1, resolve);
    await promise;
  }

  #begin({ callCount, begin }: Arrival): void {
    this.#callCount += callCount;
    this.#schedule();
    begin();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#beginNext();
    });
  }

  #beginNext(): void {
    this.#callCount = 0;
    while (this.#waiting.size > 0 && this.#callCount < this.#options.callCountMax) {
      for (const next of this.#waiting.take(1)) this.#begin(next);
    }
  }
}
