import type { Standing } from '@holdfast/domain';
import type { Heard } from '../src/ask.ts';

/** What a command, or a reading, does to the seats of the event. */
export type Work = 'look' | 'rename' | 'take' | 'hold' | 'giveBack';

/** How long the fence of a giver is good for, and the longest that a refusal may rest on one reading. */
export interface ModelLimits {
  readonly fenceDurationMs: number;
  readonly refusalDurationMaxMs: number;
  readonly holdDurationMs: number;
}

/** Who gave a seat back, and what became of it. */
export interface Giver {
  readonly raisedAt: number;
  isFenceLost: boolean;
  isTold: boolean;
}

interface Gift {
  readonly giver: Giver;
  readonly committedAt: number;
}

const seatCount = 1;
/** The most seats of one booking. */
const limit = 1;

/**
 * PostgreSQL, as far as one event goes, and which refusals are false by it. It knows nothing of how
 * Redis comes to its answers. Time passes where a history says so.
 */
export class Postgres {
  now = 0;
  version = 1;
  readonly #limits: ModelLimits;
  readonly #freeByVersion = new Map<number, number>([[1, seatCount]]);
  #free = seatCount;
  #soldCount = 0;
  /** When each held seat lapses. */
  #lapses: number[] = [];
  #gifts: Gift[] = [];

  constructor(limits: ModelLimits) {
    this.#limits = limits;
  }

  /** Commits that, or reads, and gives how the event stands then. */
  commit(work: Work, giver: Giver): Standing {
    if (work === 'take' || work === 'hold') this.#take(work);
    if (work === 'giveBack' && this.#soldCount > 0) this.#giveBack(giver);
    if (work === 'rename') this.#change(0);
    return this.#standing();
  }

  /** Writes down that the lapsed holds have ended. */
  sweep(): void {
    const live = this.#lapses.filter((at) => at > this.now);
    this.#change(this.#lapses.length - live.length);
    this.#lapses = live;
  }

  /** Seats that were free at that version; `undefined`: there was none. */
  freeAt(version: number): number | undefined {
    return this.#freeByVersion.get(version);
  }

  /** Does this answer refuse a claim that PostgreSQL would have granted since before it was asked? */
  isFalse({ certainty, free }: Heard): boolean {
    if (certainty !== 'certain' || free === null || free + 1 > limit) return false;
    return this.#claimable() - this.#untoldCount() > free;
  }

  /**
   * Seats of which nobody can know yet: their giver was not told, the last no from before may not be over,
   * and the fence that stood for it was lost, or lapsed before the commit.
   */
  #untoldCount(): number {
    const { fenceDurationMs, refusalDurationMaxMs } = this.#limits;
    const untold = this.#gifts.filter(({ giver, committedAt }) => {
      const isUnfenced = giver.isFenceLost || committedAt >= giver.raisedAt + fenceDurationMs;
      return !giver.isTold && isUnfenced && this.now < committedAt + refusalDurationMaxMs;
    });
    return untold.length;
  }

  /** Lapsed holds count as free, whether or not they were swept. */
  #claimable(): number {
    return this.#free + this.#lapses.filter((at) => at <= this.now).length;
  }

  #take(work: 'take' | 'hold'): void {
    if (this.#claimable() === 0) return;
    if (this.#free === 0) this.sweep();
    if (work === 'take') this.#soldCount += 1;
    else this.#lapses.push(this.now + this.#limits.holdDurationMs);
    this.#change(-1);
  }

  #giveBack(giver: Giver): void {
    this.#soldCount -= 1;
    this.#gifts.push({ giver, committedAt: this.now });
    this.#change(1);
  }

  #change(freeChange: number): void {
    this.#free += freeChange;
    this.version += 1;
    this.#freeByVersion.set(this.version, this.#free);
  }

  #standing(): Standing {
    const nextLapseAt = Math.min(...this.#lapses);
    return {
      version: this.version,
      availableSeats: this.#free,
      quantityPerBookingMax: limit,
      refusableForMs: Math.max(0, nextLapseAt - this.now),
    };
  }
}
