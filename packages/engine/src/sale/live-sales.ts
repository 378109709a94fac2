import { randomUUID } from 'node:crypto';
import { type Database, readSeatsBySecond, tellSale } from '@holdfast/data';
import { Draining, Overloaded } from '../faults.ts';
import type { LiveAvailability } from '../live/live-availability.ts';
import type { ReadQueue } from '../reads/read-queue.ts';
import type { WorkerNote } from '../reads/worker-watch.ts';
import { eachSecond } from './each-second.ts';
import { HeardProcesses } from './heard-processes.ts';
import { HeardWorkers } from './heard-workers.ts';
import { LiveSale, type SaleListener } from './live-sale.ts';
import { nothingSampled } from './sample.ts';
import { packNews, type ProcessNow, type SaleNews, unpackNews } from './sale-news.ts';
import { pastSecondsMax, type SaleTallies, type SampledSecond } from './sale-tallies.ts';
import type { RedisNow, SaleNow, SaleUpdate } from './sale-update.ts';
import { WantedElsewhere } from './wanted-elsewhere.ts';

interface LiveSalesOptions {
  readonly database: Database;
  readonly live: LiveAvailability;
  readonly queue: ReadQueue;
  readonly tallies: SaleTallies;
  readonly redis: () => RedisNow;
  readonly notes: () => readonly WorkerNote[];
  /** Other processes could not be told; it is tried again in a second. */
  readonly onError: (error: unknown) => void;
}

/** What a console wants to be told. */
export interface SaleWatching {
  readonly eventId: string;
  /** The last second that it knows, since 1970; `null`: none. */
  readonly afterSecond: number | null;
  /** Whose turn it is, where PostgreSQL has to be read. */
  readonly caller: string;
}

/** In one process: events whose consoles are open, and consoles. */
const eventCountMax = 20;
const consoleCountMax = 100;

const retryAfterMs = 1_000;

/** What other processes counted of a second has come when so much of the next one is over. */
const tellAfterMs = 400;

/** Other processes are asked again every so many seconds. */
const askEverySeconds = 4;

/**
 * Tells consoles how sales go, once a second, summed over all processes. Each process counts for itself;
 * only while a console is open somewhere, the others are told through NOTIFY what was counted.
 *
 * @example
 * const first = await sales.join({ eventId, afterSecond: null, caller: 'user olga' }, listener);
 * sales.leave(eventId, listener);
 */
export class LiveSales {
  readonly #options: LiveSalesOptions;
  readonly #id = randomUUID();
  readonly #sales = new Map<string, { readonly sale: LiveSale; readonly ready: Promise<void> }>();
  readonly #processes = new HeardProcesses();
  readonly #workers = new HeardWorkers();
  readonly #elsewhere: WantedElsewhere;
  readonly #clock: { stop(): void };
  #isFeedCut = true;
  #second = 0;

  constructor(options: LiveSalesOptions) {
    this.#options = options;
    const { tallies } = options;
    this.#elsewhere = new WantedElsewhere({
      onWanted: (eventId) => tallies.want(eventId),
      onUnwanted: (eventId) => tallies.unwant(eventId),
    });
    this.#clock = eachSecond((second) => this.#endSecond(second));
  }

  /**
   * From now on the listener is told once a second, until it leaves or is ended. Resolves to what it must
   * be told before: the last minutes, or what came after the second that it knows.
   *
   * Throws EventNotFound; Overloaded when too many consoles are open; Draining; DatabaseUnavailable.
   */
  async join(
    { eventId, afterSecond, caller }: SaleWatching,
    listener: SaleListener,
  ): Promise<SaleUpdate> {
    // A sale that is watched already would be joined, and never end.
    if (this.#options.live.isOver) throw new Draining(retryAfterMs);
    if (this.#consoleCount >= consoleCountMax) throw new Overloaded(retryAfterMs);
    const watched = this.#sales.get(eventId) ?? this.#open(eventId, caller);
    watched.sale.listeners.add(listener);
    try {
      await watched.ready;
    } catch (error) {
      this.leave(eventId, listener);
      throw error;
    }
    return watched.sale.since(afterSecond, this.#now(eventId, watched.sale));
  }

  /** A sale that nobody watches any more is forgotten. Safe to repeat. */
  leave(eventId: string, listener: SaleListener): void {
    const watched = this.#sales.get(eventId);
    if (watched === undefined || !watched.sale.listeners.delete(listener)) return;
    if (watched.sale.listeners.size > 0) return;
    this.#sales.delete(eventId);
    this.#options.live.leave(eventId, watched.sale);
    this.#options.tallies.unwant(eventId);
  }

  /** What a process said. */
  hear(payload: string): void {
    const news = unpackNews(payload);
    if (news === null || news.from === this.#id) return;
    switch (news.type) {
      case 'want':
        this.#answer(this.#elsewhere.hear(news.from, news.eventIds, performance.now()));
        return;
      case 'told':
        this.#hearTold(news);
        return;
      case 'worker':
        this.#workers.hear(news.from, news, performance.now());
        return;
      case 'left':
        this.#workers.left(news.from);
        this.#processes.left(news.from);
        this.#elsewhere.left(news.from);
    }
  }

  /** It is heard what others say, from now on. */
  onListening(): void {
    this.#isFeedCut = false;
    this.#ask();
  }

  /** Nothing is heard of others. */
  onCut(): void {
    this.#isFeedCut = true;
  }

  /** Counts no more. The others are told so, and what was counted of the second that has begun. */
  async close(): Promise<void> {
    this.#clock.stop();
    const told = this.#endCounting(Math.max(this.#second + 1, Math.floor(Date.now() / 1_000)));
    const isKnown = told.length > 0 || this.#sales.size > 0;
    if (isKnown) await this.#tell([...told, { type: 'left', from: this.#id }]);
  }

  get #consoleCount(): number {
    return [...this.#sales.values()].reduce((sum, { sale }) => sum + sale.listeners.size, 0);
  }

  #open(eventId: string, caller: string) {
    if (this.#sales.size >= eventCountMax) throw new Overloaded(retryAfterMs);
    const sale = new LiveSale();
    this.#options.tallies.want(eventId);
    sale.notePast(this.#id, this.#options.tallies.pastOf(eventId));
    const ready = this.#read(eventId, sale, caller);
    ready.catch(() => {});
    const watched = { sale, ready };
    this.#sales.set(eventId, watched);
    this.#ask();
    return watched;
  }

  /** How the event stands, and how it stood. */
  async #read(eventId: string, sale: LiveSale, caller: string): Promise<void> {
    const { database, live, queue } = this.#options;
    const first = await live.join({ eventId, afterVersion: null, caller }, sale);
    if (first !== null) sale.push(first);
    const sinceMs = pastSecondsMax * 1_000;
    const past = await queue.read(caller, () => readSeatsBySecond(database, { eventId, sinceMs }));
    sale.noteSeatsOfPast(past);
  }

  /** What the others want to know of the second. */
  #endCounting(second: number): readonly SaleNews[] {
    this.#second = second;
    this.#options.tallies.endSecond(second);
    const wanted = this.#elsewhere.at(performance.now());
    return wanted.map((eventId) => this.#toldOf(eventId, [this.#sampled(eventId)]));
  }

  #endSecond(second: number): void {
    const told = this.#endCounting(second);
    if (told.length > 0) void this.#tell(told);
    if (this.#sales.size === 0) return;
    if (second % askEverySeconds === 0) this.#ask();
    for (const [eventId, { sale }] of this.#sales) {
      sale.note(this.#id, this.#sampled(eventId));
      sale.forgetBefore(second - pastSecondsMax);
    }
    setTimeout(() => this.#tellConsoles(second), tellAfterMs).unref();
  }

  /** What was counted of the event in the second that has just ended. */
  #sampled(eventId: string): SampledSecond {
    const last = this.#options.tallies.pastOf(eventId).at(-1);
    return last?.[0] === this.#second ? last : [this.#second, nothingSampled];
  }

  #tellConsoles(second: number): void {
    for (const [eventId, { sale }] of this.#sales) {
      if (!sale.isRead) continue;
      sale.noteSeats(second, sale.event);
      const update = sale.news(this.#now(eventId, sale));
      for (const listener of sale.listeners) listener.push(update);
    }
  }

  /** Asks the other processes for what they count of the events that are watched here. */
  #ask(): void {
    if (this.#sales.size === 0) return;
    void this.#tell([{ type: 'want', from: this.#id, eventIds: [...this.#sales.keys()] }]);
  }

  /** Who begins to want to know is told of the past, too. */
  #answer(eventIds: readonly string[]): void {
    const { tallies } = this.#options;
    const told = eventIds.map((eventId) => this.#toldOf(eventId, tallies.pastOf(eventId)));
    if (told.length > 0) void this.#tell(told);
  }

  #toldOf(eventId: string, seconds: readonly SampledSecond[]): SaleNews {
    const process = this.#processNow(eventId);
    return { type: 'told', from: this.#id, clockMs: Date.now(), eventId, process, seconds };
  }

  /** Clocks of other machines may be wrong: what they say is moved to where it is by ours. */
  #hearTold({ from, clockMs, eventId, process, seconds }: Told): void {
    this.#processes.hear(from, { eventId, process, atMs: performance.now() });
    const sale = this.#sales.get(eventId)?.sale;
    const wrongBySeconds = Math.round((Date.now() - clockMs) / 1_000);
    for (const [second, sample] of seconds) sale?.note(from, [second + wrongBySeconds, sample]);
  }

  async #tell(news: readonly SaleNews[]): Promise<void> {
    const { database, onError } = this.#options;
    try {
      await tellSale(database, news.flatMap(packNews));
    } catch (error) {
      onError(error);
    }
  }

  #processNow(eventId: string): ProcessNow {
    const { live, redis } = this.#options;
    const consoleCount = this.#sales.get(eventId)?.sale.listeners.size ?? 0;
    // The sale itself is one of those who watch the event.
    const watcherCount = live.watcherCountOf(eventId) - (consoleCount > 0 ? 1 : 0);
    return { watcherCount: Math.max(0, watcherCount), consoleCount, redis: redis() };
  }

  #now(eventId: string, sale: LiveSale): SaleNow {
    const nowMs = performance.now();
    const others = this.#processes.of(eventId, nowMs);
    const all = [this.#processNow(eventId), ...others];
    const sum = (of: (process: ProcessNow) => number) =>
      all.reduce((total, each) => total + of(each), 0);
    return {
      at: new Date().toISOString(),
      event: sale.event,
      processCount: all.length,
      watcherCount: sum(({ watcherCount }) => watcherCount),
      consoleCount: sum(({ consoleCount }) => consoleCount),
      redis: all.find(({ redis }) => redis === 'away')?.redis ?? this.#options.redis(),
      database: this.#isFeedCut ? 'away' : 'up',
      notes: this.#options.notes(),
      workers: this.#workers.at(nowMs),
    };
  }
}

type Told = Extract<SaleNews, { readonly type: 'told' }>;
