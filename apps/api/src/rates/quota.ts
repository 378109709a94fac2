import { LRUCache } from 'lru-cache';
import type { Limit, Taken } from './limit.ts';
import type { SharedCount } from './shared-count.ts';

/** Callers that are remembered, some 200 bytes each; who came first is forgotten first. */
const callerCountMax = 100_000;

/** What a process tells the others of a caller at a time is this part of the limit. */
const partTold = 1 / 16;

/** What one caller has taken in its window. */
interface Entry {
  /** In this process. */
  own: number;
  /** In all processes, as they last said. */
  told: number;
  /** In this process since then. */
  untold: number;
  /** By the clock that was given. */
  endsAtMs: number;
  telling: Promise<void> | null;
}

interface QuotaOptions {
  /** Counts over all processes; `null`: each process counts for itself. */
  readonly shared: SharedCount | null;
  /** In milliseconds, by a clock that never steps. */
  readonly now?: () => number;
}

/**
 * What callers have taken of a limit. Every process counts in its own memory, and decides at once. When a
 * caller has taken a sixteenth of the limit, the process tells the others in the background, and hears how
 * much all of them have given. So who calls as people do costs Redis nothing, and who calls a lot costs it 16
 * commands a window; and a caller gets at most a sixteenth more for each process, and what it takes while
 * one is told.
 *
 * @example
 * const quota = new Quota({ name: 'user', countMax: 300, windowSeconds: 10 }, { shared });
 * quota.take('ada', 20).isWithin; // true: 280 are left
 */
export class Quota {
  readonly limit: Limit;
  readonly #entries = new LRUCache<string, Entry>({ max: callerCountMax });
  readonly #shared: SharedCount | null;
  readonly #now: () => number;
  readonly #toldAtOnce: number;

  constructor(limit: Limit, { shared, now = () => performance.now() }: QuotaOptions) {
    this.limit = limit;
    this.#shared = shared;
    this.#now = now;
    this.#toldAtOnce = Math.max(1, Math.floor(limit.countMax * partTold));
  }

  /**
   * Takes so many, all or none. Whoever has taken nothing in this window may take any number: else a batch
   * that is larger than the limit could never be sent.
   */
  take(caller: string, count: number): Taken {
    const nowMs = this.#now();
    const entry = this.#entryOf(caller, nowMs);
    const before = totalOf(entry);
    const isWithin = before <= 0 || before + count <= this.limit.countMax;
    if (isWithin) this.#add(caller, entry, count);
    return this.#taken(entry, isWithin);
  }

  /**
   * The same, where what other processes gave in this moment counts, too: who has taken more than a sixteenth that
   * nobody was told of waits until everybody knows.
   */
  async takeTold(caller: string, count: number): Promise<Taken> {
    const taken = this.take(caller, count);
    const entry = this.#entries.peek(caller);
    if (!taken.isWithin || !entry?.telling) return taken;
    await entry.telling;
    const total = totalOf(entry);
    if (total <= this.limit.countMax || total <= count) return taken;
    this.#add(caller, entry, -count);
    return this.#taken(entry, false);
  }

  /** Gives some back, or takes some that it is too late to refuse (`count` below 0). */
  give(caller: string, count: number): void {
    this.#add(caller, this.#entryOf(caller, this.#now()), -count);
  }

  /** What a caller has taken who has taken all; `null`: something is left. */
  usedUp(caller: string): Taken | null {
    const entry = this.#entries.peek(caller);
    if (entry === undefined || this.#now() >= entry.endsAtMs) return null;
    return totalOf(entry) < this.limit.countMax ? null : this.#taken(entry, false);
  }

  #entryOf(caller: string, nowMs: number): Entry {
    // To put it in front at each call (`get`) took longer than all the rest of a limit, 5 % of a booking.
    const known = this.#entries.peek(caller);
    if (known !== undefined && nowMs < known.endsAtMs) return known;
    const endsAtMs = nowMs + this.limit.windowSeconds * 1_000;
    // What others are told at this moment is of the window that has ended: it gets no part of the new one.
    if (known?.telling === null)
      return Object.assign(known, { own: 0, told: 0, untold: 0, endsAtMs });
    const entry = { own: 0, told: 0, untold: 0, endsAtMs, telling: null };
    this.#entries.set(caller, entry);
    return entry;
  }

  #add(caller: string, entry: Entry, count: number): void {
    // What was taken in a window before may be given back in this one.
    entry.own = Math.max(0, entry.own + count);
    entry.untold = Math.max(-entry.told, entry.untold + count);
    if (this.#shared !== null && Math.abs(entry.untold) >= this.#toldAtOnce) {
      entry.telling ??= this.#tell(this.#shared, caller, entry);
    }
  }

  /** Until less than a sixteenth is untold. Never rejects. */
  async #tell(shared: SharedCount, caller: string, entry: Entry): Promise<void> {
    while (Math.abs(entry.untold) >= this.#toldAtOnce) {
      const count = entry.untold;
      const heard = await shared.add(caller, count);
      entry.told = Math.max(0, heard.count);
      entry.untold = Math.max(-entry.told, entry.untold - count);
      entry.endsAtMs = this.#now() + heard.endsInMs;
    }
    entry.telling = null;
  }

  #taken(entry: Entry, isWithin: boolean): Taken {
    const remaining = Math.max(0, this.limit.countMax - totalOf(entry));
    return { limit: this.limit, isWithin, remaining, endsAtMs: entry.endsAtMs };
  }
}

/** Redis may have lost what it knew: what this process has given itself counts in any case. */
function totalOf({ own, told, untold }: Entry): number {
  return Math.max(own, told + untold);
}
