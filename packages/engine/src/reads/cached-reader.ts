import { LRUCache } from 'lru-cache';
import { Overloaded } from '../faults.ts';
import {
  awayMsMax,
  cacheClock,
  type CachedEntry,
  freshDurationMs,
  isServable,
  type Need,
} from './cached-entry.ts';

/** Where an answer came from; `stale` ones are being read anew, or cannot be. */
export type ReadFrom = 'memory' | 'redis' | 'database' | 'stale';

interface CachedReaderOptions<Value> {
  readonly entryCountMax: number;
  /** Reads it anew, from Redis if what is there meets the need. Its value is `null` if there is none. */
  readonly load: (key: string, need: Need) => Promise<CachedEntry<Value | null>>;
  /** Throws Overloaded, where nothing may be loaded for this caller now. */
  readonly refuseIfFull: (caller: string) => void;
  /** Waits until the caller may go on, who has shared another's load with any number of others. */
  readonly turnOf: (caller: string) => Promise<void>;
  readonly onRead: (from: ReadFrom) => void;
}

type FetchOptions<Value> = LRUCache.FetchOptionsWithContext<string, CachedEntry<Value>, Need>;

/**
 * How often a read looks: what the cache has, what another caller is just reading, which may have
 * begun too early, and what is read from then on.
 */
const lookCountMax = 3;

/**
 * Thrown where a load found nothing. lru-cache (11.5) has an error of its own for a load that brings `undefined`
 * where its key was forgotten or pushed out meanwhile, however late that was.
 */
const nothingFound = new Error('Nothing was found.');

/**
 * The first level, in this process: as many entries as fit, the least recently used leave first.
 * Those who ask for the same at the same time share one load.
 */
export class CachedReader<Value> {
  readonly #options: CachedReaderOptions<Value>;
  readonly #entries: LRUCache<string, CachedEntry<Value>, Need>;
  /** What there was not, apart from the rest: who makes up names does not push out what is there. */
  readonly #absences: LRUCache<string, CachedEntry<null>>;

  constructor(options: CachedReaderOptions<Value>) {
    this.#options = options;
    this.#absences = new LRUCache({ max: options.entryCountMax });
    this.#entries = new LRUCache({
      max: options.entryCountMax,
      ttl: 1,
      perf: { now: cacheClock },
      fetchMethod: async (key, _stale, { context, options: kept }) => {
        const entry = await this.#load(key, context);
        if (entry === undefined) throw nothingFound;
        kept.ttl = freshForMs(entry);
        return entry;
      },
      // Whoever waits for a load gets its answer even when the key is forgotten meanwhile. It is
      // not kept then.
      ignoreFetchAbort: true,
      noDeleteOnFetchRejection: true,
    });
  }

  /**
   * What the cache has, where that meets the need; else what is read now; `null` if there is no
   * such thing. Throws what `load` throws, where not even an old entry meets the need.
   */
  async read(key: string, need: Need): Promise<Value | null> {
    try {
      return await this.#readAnew(key, need);
    } catch (error) {
      const kept = this.#entries.peek(key, { allowStale: true });
      if (kept === undefined || !isServable(kept, need, awayMsMax)) throw error;
      this.#options.onRead('stale');
      return kept.value;
    }
  }

  async #readAnew(key: string, need: Need): Promise<Value | null> {
    if (this.#isAbsent(key, need)) return null;
    if (!need.isShared && !this.knows(key)) this.#options.refuseIfFull(need.caller);
    for (let lookCount = 1; lookCount <= lookCountMax; lookCount += 1) {
      const isFirst = lookCount === 1;
      const status: LRUCache.Status<string, CachedEntry<Value>, Need> = {};
      const entry = await this.#fetch(key, {
        allowStale: isFirst,
        forceRefresh: !isFirst,
        context: need,
        status,
      });
      if (entry === undefined && this.#isAbsent(key, need)) return null;
      if (entry !== undefined && isServable(entry, need))
        return this.#answer(entry, fromOf(status, entry));
    }
    // Others keep reading for needs that are less than this one.
    const entry = await this.#load(key, { ...need, maxAgeMs: 0 });
    return entry === undefined ? null : this.#answer(entry, entry.from);
  }

  /** Whoever joins another's load, and hears that the other may not have it, asks for itself. */
  async #fetch(key: string, options: FetchOptions<Value>): Promise<CachedEntry<Value> | undefined> {
    const isAnothers = () => options.status?.fetch === 'inflight';
    let entry: CachedEntry<Value> | undefined;
    try {
      entry = await this.#entries.fetch(key, options);
    } catch (error) {
      if (isAnothers() && error instanceof Overloaded) return undefined;
      if (error !== nothingFound) throw error;
    }
    if (isAnothers()) await this.#options.turnOf(options.context.caller);
    return entry;
  }

  async #load(key: string, need: Need): Promise<CachedEntry<Value> | undefined> {
    const { value, ...entry } = await this.#options.load(key, need);
    if (value !== null) return { ...entry, value };
    this.#absences.set(key, { ...entry, value: null });
    return undefined;
  }

  #isAbsent(key: string, need: Need): boolean {
    const absence = this.#absences.get(key);
    if (absence === undefined || !isServable(absence, need, need.absenceMsMax)) return false;
    this.#options.onRead('memory');
    return true;
  }

  #answer({ value }: CachedEntry<Value>, from: ReadFrom): Value {
    this.#options.onRead(from);
    return value;
  }

  /** Is there such a thing, as far as this process has seen? */
  knows(key: string): boolean {
    return this.#entries.peek(key, { allowStale: true }) !== undefined;
  }

  /** An entry of a lower version is of no use any more. */
  forgetBefore(key: string, version: number): void {
    const kept = this.#entries.peek(key, { allowStale: true });
    if (kept === undefined || kept.version < version) this.#entries.delete(key);
    this.#absences.delete(key);
  }

  forgetAll(): void {
    this.#entries.clear();
    this.#absences.clear();
  }
}

function freshForMs({ readAt }: CachedEntry<unknown>): number {
  return Math.max(1, freshDurationMs() - (cacheClock() - readAt));
}

function fromOf<Value>(
  { fetch, returnedStale }: LRUCache.Status<string, CachedEntry<Value>, Need>,
  entry: CachedEntry<Value>,
): ReadFrom {
  if (returnedStale === true) return 'stale';
  // Who joins another's load reads nothing anew.
  return fetch === 'hit' || fetch === 'inflight' ? 'memory' : entry.from;
}
