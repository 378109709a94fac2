import { callbackify } from 'node:util';
import type { Pool, PoolClient } from 'pg';
import { ReadsOverloaded } from './faults.ts';

interface WaitingBounds {
  readonly connectionCountMax: number;
  /** Who waits for a connection, at most; more are refused at once. */
  readonly waitingCountMax: number;
  readonly waitMaxMs: number;
}

type Callback = (
  error: Error | undefined,
  client: PoolClient | undefined,
  release: (error?: Error | boolean) => void,
) => void;

/**
 * Bounds how many callers wait for a connection of this pool, and for how long. The others get
 * ReadsOverloaded: that the pool is full says nothing about the server. What the pool itself then
 * still throws (a connection was not made in time) is about the server.
 *
 * pg's own queue has no bound, and its error is the same in both cases. It stays empty behind this
 * one.
 */
export function boundWaiting(pool: Pool, bounds: WaitingBounds): void {
  const connect = pool.connect.bind(pool);
  const queue = new WaitingQueue(bounds);
  pool.on('release', () => queue.leave());
  async function connectWhenFree(): Promise<PoolClient> {
    await queue.enter();
    try {
      return await connect();
    } catch (error) {
      queue.leave();
      throw error;
    }
  }
  const callWhenFree = callbackify(connectWhenFree);
  function bounded(): Promise<PoolClient>;
  function bounded(callback: Callback): void;
  function bounded(callback?: Callback): Promise<PoolClient> | undefined {
    if (callback === undefined) return connectWhenFree();
    callWhenFree((error: Error | null, client) => {
      if (error !== null) callback(error, undefined, () => {});
      else callback(undefined, client, (broken) => client.release(broken));
    });
  }
  // Queries of the pool come here as well.
  pool.connect = bounded;
}

/** Lets `connectionCountMax` callers go on at a time, in the order of their arrival. */
class WaitingQueue {
  readonly #bounds: WaitingBounds;
  readonly #waiting = new Set<() => void>();
  #takenCount = 0;

  constructor(bounds: WaitingBounds) {
    this.#bounds = bounds;
  }

  async enter(): Promise<void> {
    const { connectionCountMax, waitingCountMax, waitMaxMs } = this.#bounds;
    if (this.#takenCount < connectionCountMax) {
      this.#takenCount += 1;
      return;
    }
    if (this.#waiting.size >= waitingCountMax) throw new ReadsOverloaded();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      this.#waiting.delete(resolve);
      reject(new ReadsOverloaded());
    }, waitMaxMs);
    this.#waiting.add(resolve);
    await promise.finally(() => clearTimeout(timer));
  }

  /** Whoever has waited longest is next, if anybody waits. */
  leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#takenCount -= 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
