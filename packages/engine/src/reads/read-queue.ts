import { DatabaseUnavailable } from '@holdfast/data';
import { FairQueue } from '../fair/fair-queue.ts';
import type { BoundMetrics } from '../metrics/bound-metrics.ts';
import { Shares } from '../fair/shares.ts';
import { Turns } from '../fair/turns.ts';
import { Overloaded } from '../faults.ts';

interface ReadQueueOptions {
  /** Reads at a time: what keeps the connections to PostgreSQL busy that are for reads. */
  readonly underWayCountMax: number;
  /** Reads that wait, at most. */
  readonly waitingCountMax: number;
  /** Of these, one caller's. */
  readonly waitingPerCallerCountMax: number;
  /** Callers who shared a read and go on in one turn of the event loop, at most. */
  readonly callCountPerTurnMax: number;
  readonly metrics: BoundMetrics;
}

/** One that waits for a connection. */
interface Waiter {
  readonly caller: string;
  readonly begin: () => void;
}

/** As long as the pool itself waits for a connection. */
const waitMsMax = 2_000;
const retryAfterMs = 1_000;

/**
 * Reads that are nobody's in particular, since others share them: what watchers are told, and what is
 * known and has changed. Caches see to it that there are few.
 */
export const sharedCaller = 'shared';

/**
 * Whatever the api reads from PostgreSQL goes through here, and callers take turns: who asks for
 * thousands of things that no cache has keeps others waiting for no longer than a read takes.
 *
 * @example
 * const queue = new ReadQueue({ underWayCountMax: 3, waitingCountMax: 10_000, … });
 * await queue.read('user ada', () => findBooking(database, key));
 */
export class ReadQueue {
  readonly #options: ReadQueueOptions;
  readonly #places: Shares;
  /** Empty unless as many as may be are under way. */
  readonly #waiting = new FairQueue<Waiter>();
  readonly #turns: Turns;
  #underWayCount = 0;
  #answeredAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: ReadQueueOptions) {
    this.#options = options;
    this.#places = new Shares(options.waitingPerCallerCountMax, [sharedCaller]);
    this.#turns = new Turns({ callCountMax: options.callCountPerTurnMax, onWait: () => {} });
  }

  /**
   * Whoever has shared another's read waits for its turn to go on: else all of a crowd, who hear the
   * answer in the same moment, would do so before anybody else.
   */
  async turnOf(caller: string): Promise<void> {
    await this.#turns.turnOf(caller);
  }

  /**
   * Reads in the caller's turn.
   *
   * Throws Overloaded, at once where too many wait, or later where it waits for too long;
   * DatabaseUnavailable where nothing is answered meanwhile, and what `work` throws.
   */
  async read<T>(caller: string, work: () => Promise<T>): Promise<T> {
    if (this.#underWayCount < this.#options.underWayCountMax) this.#underWayCount += 1;
    else await this.#turnOf(caller);
    try {
      const value = await work();
      this.#answeredAtMs = performance.now();
      return value;
    } finally {
      this.#handOn();
    }
  }

  /** Whoever is woken has the place of the read that is over. */
  #handOn(): void {
    const [next] = this.#waiting.take(1);
    if (next === undefined) this.#underWayCount -= 1;
    else next.begin();
  }

  /** Throws Overloaded, where a read of this caller would have to wait and has no place to. */
  refuseIfFull(caller: string): void {
    if (this.#waiting.size >= this.#options.waitingCountMax) throw this.#overloaded('reads');
    if (!this.#places.hasRoom(caller)) throw this.#overloaded('caller_reads');
  }

  async #turnOf(caller: string): Promise<void> {
    this.refuseIfFull(caller);
    this.#places.enter(caller);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter: Waiter = { caller, begin: resolve };
    const sinceMs = performance.now();
    const timer = setTimeout(() => {
      if (this.#waiting.remove(caller, waiter)) reject(this.#lateSince(sinceMs));
    }, waitMsMax);
    this.#waiting.add(caller, waiter);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#places.leave(caller);
    }
  }

  /** Where nothing at all was answered it is not that too many ask. */
  #lateSince(sinceMs: number): Error {
    if (this.#answeredAtMs >= sinceMs) return this.#overloaded('read_wait');
    return new DatabaseUnavailable(new Error('No read was answered meanwhile.'));
  }

  #overloaded(bound: 'reads' | 'caller_reads' | 'read_wait'): Overloaded {
    this.#options.metrics.overloaded[bound].inc();
    return new Overloaded(retryAfterMs);
  }
}
