import type { Ask } from '@holdfast/admission';
import type { Deadline } from '../http/deadline.ts';
import type { Fault } from '../http/faults.ts';
import type { Pass } from './pass.ts';

/** What somebody who waited is told to do. */
export type Turn =
  | { readonly type: 'sold_out' }
  | {
      readonly type: 'enter';
      readonly pass: Pass;
      /** The commit may not begin earlier than so many milliseconds from now. */
      readonly waitMs: number;
    };

/** Somebody who waits for admission's word on a claim, or on a fence (quantity 0). */
export interface Waiter {
  readonly ask: Ask;
  /** Its deadline passed while Redis was being asked about it. */
  readonly isGone: boolean;
  /** Ends the waiting. */
  tell(turn: Turn): void;
}

interface WaitingRoomOptions {
  /** What somebody is told whose deadline passes. */
  readonly overloaded: () => Fault;
  /** Somebody has given up. */
  readonly onGone: () => void;
}

/**
 * Those who wait at one event, in order of arrival: fences, claims that Redis has to be asked about,
 * and claims that it could not decide. Who is being asked about stands in none of the three.
 */
export class WaitingRoom {
  readonly #options: WaitingRoomOptions;
  readonly #fences = new Set<Waiter>();
  readonly #unasked = new Set<Waiter>();
  readonly #undecided = new Set<Waiter>();

  constructor(options: WaitingRoomOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#fences.size + this.#unasked.size + this.#undecided.size;
  }

  get hasUnasked(): boolean {
    return this.#fences.size + this.#unasked.size > 0;
  }

  /** Waits to be told, or until the deadline. Fault: what `overloaded` makes, at the deadline. */
  async enter(ask: Ask, deadline: Deadline): Promise<Turn> {
    const { promise, resolve, reject } = Promise.withResolvers<Turn>();
    let isGone = false;
    const waiter: Waiter = {
      ask,
      get isGone() {
        return isGone;
      },
      tell(turn) {
        clearTimeout(timer);
        resolve(turn);
      },
    };
    const timer = setTimeout(() => {
      isGone = true;
      for (const waiting of this.#all()) waiting.delete(waiter);
      reject(this.#options.overloaded());
      this.#options.onGone();
    }, deadline.remainingMs());
    (ask.quantity === 0 ? this.#fences : this.#unasked).add(waiter);
    return await promise;
  }

  /** The next to ask about. Fences first: until Redis has them, no commit of theirs may begin. */
  takeUnasked(countMax: number): readonly Waiter[] {
    const taken: Waiter[] = [];
    for (const waiting of [this.#fences, this.#unasked]) {
      for (const waiter of waiting) {
        if (taken.length === countMax) return taken;
        waiting.delete(waiter);
        taken.push(waiter);
      }
    }
    return taken;
  }

  /** Redis could not decide it. */
  keepUndecided(waiter: Waiter): void {
    this.#undecided.add(waiter);
  }

  /** The first of those whom Redis could not decide; `null`: there is none. */
  takeUndecided(): Waiter | null {
    for (const waiter of this.#undecided) {
      this.#undecided.delete(waiter);
      return waiter;
    }
    return null;
  }

  /** Is there an undecided claim of more seats than that? */
  wantsMoreThan(seatCount: number): boolean {
    for (const { ask } of this.#undecided) if (ask.quantity > seatCount) return true;
    return false;
  }

  /** Redis is to be asked again about the undecided ones, before those who came later. */
  wake(): void {
    if (this.#undecided.size === 0) return;
    const later = [...this.#unasked];
    this.#unasked.clear();
    for (const waiter of [...this.#undecided, ...later]) this.#unasked.add(waiter);
    this.#undecided.clear();
  }

  takeAll(): readonly Waiter[] {
    const all = [...this.#fences, ...this.#undecided, ...this.#unasked];
    for (const waiting of this.#all()) waiting.clear();
    return all;
  }

  #all(): readonly Set<Waiter>[] {
    return [this.#fences, this.#unasked, this.#undecided];
  }
}
