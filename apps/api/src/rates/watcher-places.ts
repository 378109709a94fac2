import { Shares } from '@holdfast/engine';
import type { Refusals } from './refusals.ts';

/** Who was refused may come back after so long: until then somebody of its address may have left. */
const comeBackMs = 6_000;

/**
 * Places of those who watch, in this process: no address has more than a share.
 *
 * @example
 * const leave = await places.enter('203.0.113.7');
 * leave();
 */
export class WatcherPlaces {
  readonly #shares: Shares;
  readonly #refusals: Refusals;

  constructor(countPerAddressMax: number, refusals: Refusals) {
    this.#shares = new Shares(countPerAddressMax);
    this.#refusals = refusals;
  }

  /** Takes a place. What it answers gives it back, and is called once. Fault: `rate_limited`. */
  async enter(address: string): Promise<() => void> {
    if (this.#shares.enter(address)) return () => this.#shares.leave(address);
    const endsAtMs = performance.now() + comeBackMs;
    throw await this.#refusals.refuse({ limit: 'watchers', caller: address, endsAtMs });
  }
}
