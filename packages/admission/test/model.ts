import type { Standing } from '@holdfast/domain';
import type { Verdict } from '../src/admit.ts';
import type { Ask } from '../src/keys.ts';
import type { Settled } from '../src/settle.ts';

/** How long ago PostgreSQL was asked, as far as it matters. */
export type Age = 'now' | 'before_any_fence';

/**
 * What admission should know of one event, in the plainest way: no running sums, no clock. Time
 * passes where a history says so (`age`, `lapse`).
 */
export class Model {
  known: { version: number; base: number; limit: number } | null = null;
  /** Quantities by lease id, fences included. */
  live = new Map<string, number>();
  /** May a no rest on what is known? */
  isFresh = false;
  #lapsed = new Map<string, number>();
  #lostFences = false;
  /** Is there a state that would remember how many fences there were? */
  #hasState = false;

  get leased(): number {
    return this.#sum((quantity) => quantity);
  }

  get fenceCount(): number {
    return this.#sum((quantity) => (quantity === 0 ? 1 : 0));
  }

  admit(asks: readonly Ask[]): Verdict[] {
    this.open();
    return asks.map((ask) => this.decide(ask));
  }

  settle(standing: Standing, leases: readonly Ask[], age: Age): Settled {
    this.open();
    const fenceCount = this.#drop(leases);
    const { version, availableSeats: base, quantityPerBookingMax: limit } = standing;
    const stored = this.known ?? { version: 0, base: 0 };
    const isSame = stored.version === version;
    const drift = isSame ? Math.abs(stored.base - base) : 0;
    if (version >= stored.version) {
      const isRenewed = isSame && drift === 0 && this.isFresh;
      this.known = { version, base, limit };
      this.isFresh = isRenewed || saysNo(standing, age);
    }
    const after = this.known?.base ?? 0;
    return { base: after, free: after - this.leased, drift, fenceCount };
  }

  release(leases: readonly Ask[]): void {
    this.open();
    if (this.#drop(leases) > 0) this.isFresh = false;
  }

  /** What rests on the last reading is too old now. */
  age(): void {
    this.isFresh = false;
  }

  /** The time of these leases is up. */
  lapse(leases: readonly Ask[]): void {
    for (const { leaseId, quantity } of leases) {
      if (this.live.delete(leaseId)) this.#lapsed.set(leaseId, quantity);
    }
  }

  reset(): void {
    this.known = null;
    this.isFresh = false;
  }

  loseState(): void {
    this.reset();
    this.#lostFences = false;
    this.#hasState = false;
  }

  loseLeases(): void {
    const lapsedFences = [...this.#lapsed.values()].includes(0);
    this.#lostFences ||= this.#hasState && (this.fenceCount > 0 || lapsedFences);
    this.live.clear();
    this.#lapsed.clear();
  }

  /** One ask of a call, after `open`. */
  decide({ leaseId, quantity }: Ask): Verdict {
    const { base, limit } = this.known ?? { base: -1, limit: -1 };
    const fits = quantity <= base - this.leased;
    if (quantity === 0 || this.live.has(leaseId) || fits) {
      this.live.set(leaseId, quantity);
      return 'admitted';
    }
    const isCertain = this.isFresh && this.fenceCount === 0;
    return isCertain && quantity > base && quantity <= limit ? 'sold_out' : 'undecided';
  }

  /** What every call finds out first. */
  open(): void {
    if (this.#lostFences || [...this.#lapsed.values()].includes(0)) this.isFresh = false;
    this.#lostFences = false;
    this.#hasState = true;
    this.#lapsed.clear();
  }

  #drop(leases: readonly Ask[]): number {
    const dropped = leases.filter(({ leaseId }) => this.live.delete(leaseId));
    return dropped.filter(({ quantity }) => quantity === 0).length;
  }

  #sum(weigh: (quantity: number) => number): number {
    return [...this.live.values()].reduce((sum, quantity) => sum + weigh(quantity), 0);
  }
}

/** What was read before any fence, or rests on nothing, refuses nobody. */
function saysNo({ refusableForMs }: Standing, age: Age): boolean {
  return refusableForMs > 0 && age === 'now';
}
