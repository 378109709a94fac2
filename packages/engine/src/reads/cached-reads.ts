import type { Change, Database } from '@holdfast/data';
import { LRUCache } from 'lru-cache';
import { cacheClock, type Need } from './cached-entry.ts';
import { createFloor } from './cached-floor.ts';
import { sharedCaller, type ReadQueue } from './read-queue.ts';
import type { SecondLevel } from './cached-level.ts';
import { loadEvent, loadList } from './cached-loads.ts';
import { CachedReader, type ReadFrom } from './cached-reader.ts';
import { nameOf, type PublicList } from './cached-list-name.ts';
import type { EventView, EventViews } from './event-view.ts';

/** How old an answer may be, in milliseconds; `null`: as old as any. */
export type MaxAgeMs = number | null;

/** Who asks. */
export interface Asker {
  /** Whose turn it is, where PostgreSQL has to be read. */
  readonly caller: string;
  /** How old the answer may be that there is no such event. */
  readonly absenceMsMax: number;
}

/** The process itself. */
const ourselves: Asker = { caller: sharedCaller, absenceMsMax: 0 };

/**
 * Events as they were a moment ago. Who may see them is not asked here: what a caller may not see
 * must be left out of what is answered.
 */
export interface CachedReads {
  /**
   * The event, drafts and all, or `null` if there is none. Throws DatabaseUnavailable; Overloaded, where it has to be read and too many reads wait.
   */
  findEvent(eventId: string, maxAgeMs: MaxAgeMs, asker?: Asker): Promise<EventView | null>;
  /** The same for everybody. Throws as findEvent. */
  listEvents(list: PublicList, maxAgeMs: MaxAgeMs, asker?: Asker): Promise<EventViews>;
  /** From now on nothing is served that lacks these; a list may lack them for a moment more. */
  hear(changes: readonly Pick<Change, 'eventId' | 'version'>[]): void;
  /** Changes may have been missed: what was read before is not served any more. */
  forgetAll(): void;
}

export interface CachedReadsOptions {
  readonly database: Database;
  readonly queue: ReadQueue;
  /** `null`: this process alone. */
  readonly second: SecondLevel | null;
  readonly onRead?: (read: 'get' | 'list', from: ReadFrom) => void;
}

/** About a kilobyte each. */
const eventCountMax = 10_000;
/** As many as there are: a hundred sizes, with and without the sold-out. */
const listCountMax = 200;
const heardCountMax = 50_000;

/**
 * However much is sold, a list is read anew no more often than this for a change: while a big sale
 * goes on, something changes all the time.
 */
export const listPeriodMs = 200;

/**
 * Reads of events through two levels of cache, this process' memory and Redis. What is served is
 * never older than a minute, lacks no change that this process has heard of, and, where a caller
 * says how old it may be, is no older than that.
 *
 * @example
 * const reads = createCachedReads({ database, queue, second: openSecondLevel(redis, 'holdfast') });
 * await reads.findEvent(eventId, null, { caller: 'user ada', absenceMsMax: 0 });
 */
export function createCachedReads({
  database,
  queue,
  second,
  onRead = () => {},
}: CachedReadsOptions): CachedReads {
  const heard = new LRUCache<string, number>({ max: heardCountMax });
  const lists = createFloor(listPeriodMs);
  const gap = createFloor(0);

  const turns = {
    refuseIfFull: (caller: string) => queue.refuseIfFull(caller),
    turnOf: (caller: string) => queue.turnOf(caller),
  };
  const sources = { database, second };
  const events = new CachedReader<EventView>({
    ...turns,
    entryCountMax: eventCountMax,
    load: (eventId, need) => queue.read(readerOf(need), () => loadEvent(sources, eventId, need)),
    onRead: (from) => onRead('get', from),
  });
  const pages = new CachedReader<EventViews>({
    ...turns,
    entryCountMax: listCountMax,
    load: (name, need) => queue.read(readerOf(need), () => loadList(sources, name, need)),
    onRead: (from) => onRead('list', from),
  });

  return {
    findEvent: async (eventId, maxAgeMs, asker = ourselves) => {
      const versionMin = heard.get(eventId) ?? 0;
      const checkedSince = gap.moment();
      const askedAt = cacheClock();
      const isShared = maxAgeMs === null && (versionMin > 0 || events.knows(eventId));
      const need = { ...asker, isShared, askedAt, maxAgeMs, versionMin, checkedSince };
      return await events.read(eventId, need);
    },
    listEvents: async (list, maxAgeMs, asker = ourselves) => {
      const checkedSince = Math.max(gap.moment(), lists.moment());
      const askedAt = cacheClock();
      const isShared = maxAgeMs === null;
      const need = { ...asker, isShared, askedAt, maxAgeMs, versionMin: 0, checkedSince };
      return (await pages.read(nameOf(list), need)) ?? { items: [], next: null };
    },
    hear: (changes) => {
      const news = changes.filter(({ eventId, version }) => version > (heard.get(eventId) ?? 0));
      for (const { eventId, version } of news) {
        heard.set(eventId, version);
        events.forgetBefore(eventId, version);
      }
      if (news.length > 0) lists.raise();
    },
    forgetAll: () => {
      gap.raise();
      events.forgetAll();
      pages.forgetAll();
    },
  };
}

/** In whose turn it is read. */
function readerOf({ isShared, caller }: Need): string {
  return isShared ? sharedCaller : caller;
}
