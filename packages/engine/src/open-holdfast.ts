import {
  findBooking,
  findOrder,
  listBookingsOfEvent,
  listBookingsOfUser,
  openDatabase,
} from '@holdfast/data';
import type { OrderCommand } from '@holdfast/domain';
import { createMetricsRegistry } from '@holdfast/process';
import { checkOptions } from './checked-options.ts';
import { deadlineAfter } from './deadline.ts';
import { openDoor } from './door.ts';
import { checkId, checkInput, checkOrder } from './given-input.ts';
import type { HoldfastOptions } from './holdfast-options.ts';
import type { GivenOrderOutcome } from './lane/order-words.ts';
import type { Arrival, GivenCommand, GivenOutcome } from './lane/words.ts';
import { type EngineLimits, limitsOf } from './limits.ts';
import type { LiveUpdate } from './live/live-change.ts';
import { watchEvent, type WatchOptions } from './live/watch-event.ts';
import { type Engine, openEngine } from './open-engine.ts';
import type { PublicList } from './reads/cached-list-name.ts';
import type { EventView, EventViews } from './reads/event-view.ts';
import { sharedCaller } from './reads/read-queue.ts';
import { silentLogger } from './silent-logger.ts';

/** How a command is given. */
export interface SubmitOptions {
  /**
   * The id was made for this call, and never sent before. Then a sold-out event is refused without looking for it.
   * Where an attempt before it is in doubt, say `isRepeat` in the command.
   */
  readonly isFirstAttempt?: boolean;
  /** After so many milliseconds the caller stops waiting. Default: `limits.commandTimeoutMs`. */
  readonly timeoutMs?: number;
}

/** Who reads. Callers take turns when PostgreSQL has to be read. Default: one caller for all such reads. */
export interface ReadOptions {
  readonly caller?: string;
}

/** The booking engine in this process, without HTTP. */
export interface Holdfast {
  /**
   * Decides and writes a command of an event. Outcomes are data: `accepted`, `refused` with a reason, or
   * `unknown`: nobody knows whether it was written. To find out, send the same command with the same id again.
   * It has one effect in all.
   *
   * Throws, with nothing written: Overloaded, DatabaseUnavailable, CommitContended, Draining (all with
   * `retryAfterMs`); InvalidInput, which names the field, for a wrong command or id.
   *
   * @example
   * const command = { type: 'reserve', bookingId: randomUUID(), userId: 'ada', quantity: 2 } as const;
   * const outcome = await holdfast.submit(eventId, command, { isFirstAttempt: true });
   */
  submit(eventId: string, command: GivenCommand, options?: SubmitOptions): Promise<GivenOutcome>;
  /**
   * Decides and writes a command about an order: seats of several events under one id, all of them or none. A
   * refusal names the line. Throws and answers as `submit`.
   *
   * @example
   * const lines = [{ eventId: friday, quantity: 2 }, { eventId: saturday, quantity: 2 }];
   * const order = { type: 'placeOrder', orderId: randomUUID(), userId: 'ada', as: 'held', lines } as const;
   * const outcome = await holdfast.submitOrder(order, { isFirstAttempt: true });
   */
  submitOrder(command: OrderCommand, options?: SubmitOptions): Promise<GivenOrderOutcome>;
  /** An event, at most some seconds old, also a draft; `null`: there is none. Throws Overloaded, DatabaseUnavailable. */
  findEvent(
    eventId: string,
    options?: ReadOptions & { readonly maxAgeMs?: number },
  ): Promise<EventView | null>;
  /** The first page of what is on sale, in the order of dates. Throws as findEvent. */
  listEvents(
    list: PublicList,
    options?: ReadOptions & { readonly maxAgeMs?: number },
  ): Promise<EventViews>;
  /** A booking as it is now. Throws as findEvent. */
  findBooking(
    key: { readonly eventId: string; readonly bookingId: string },
    options?: ReadOptions,
  ): ReturnType<typeof findBooking>;
  /** An order of any user, and its bookings as they are now. Throws as findEvent. */
  findOrder(key: { readonly orderId: string }, options?: ReadOptions): ReturnType<typeof findOrder>;
  /** A user's bookings, the newest first. Throws as findEvent. */
  listBookingsOfUser(
    list: Parameters<typeof listBookingsOfUser>[1],
    options?: ReadOptions,
  ): ReturnType<typeof listBookingsOfUser>;
  /** An event's bookings, the oldest first: all, or one user's, or those of one status. Throws as findEvent. */
  listBookingsOfEvent(
    list: Parameters<typeof listBookingsOfEvent>[1],
    options?: ReadOptions,
  ): ReturnType<typeof listBookingsOfEvent>;
  /**
   * An event's changes as they come, first its current state. Throws EventNotFound, Overloaded (also
   * where the reader is too slow), Draining, DatabaseUnavailable.
   *
   * @example for await (const { changes } of holdfast.watch(eventId, { signal })) show(changes)
   */
  watch(eventId: string, options?: Partial<WatchOptions>): AsyncIterable<LiveUpdate>;
  /** Finishes and answers what has begun, and closes every connection. Safe to repeat. */
  close(): Promise<void>;
}

/**
 * Opens Holdfast in this process. PostgreSQL and Redis may be away, now or later. Lapsed holds are swept, and
 * changes relayed to watchers, by a worker: run one beside it (`openHoldfastWorker`, or apps/worker).
 *
 * @throws UrlInvalid and RangeError, which name the option; RedisUnfit (Redis evicts, or is another
 * deployment's)
 * @example
 * const holdfast = await openHoldfast({ databaseUrl: 'postgres://localhost/holdfast' });
 * const outcome = await holdfast.submit(eventId, { type: 'book', bookingId, userId, quantity: 1 });
 * await holdfast.close();
 */
export async function openHoldfast(options: HoldfastOptions): Promise<Holdfast> {
  checkOptions(options);
  const { databaseUrl, redisUrl, redisPrefix = 'holdfast', poolSizeMax } = options;
  const pool = poolSizeMax === undefined ? {} : { poolSizeMax };
  const limits = limitsOf(pool, options.limits);
  const { logger = silentLogger(), registry = createMetricsRegistry('holdfast') } = options;
  const database = await openDatabase({ url: databaseUrl, applicationName: 'holdfast', ...pool });
  const redis = redisUrl === undefined ? null : { url: redisUrl, prefix: redisPrefix };
  try {
    const engine = await openEngine({ database, limits, registry, logger }, redis);
    return holdfastOn(engine, limits);
  } catch (error) {
    await database.close();
    throw error;
  }
}

function holdfastOn(engine: Engine, { commandTimeoutMs }: EngineLimits): Holdfast {
  const { database, reads } = engine;
  const door = openDoor(engine);
  const read = <T>({ caller = sharedCaller }: ReadOptions, work: () => Promise<T>) =>
    reads.queue.read(caller, work);
  const asker = ({ caller = sharedCaller }: ReadOptions) => ({ caller, absenceMsMax: 0 });
  return {
    async submit(eventId, command, { isFirstAttempt = false, timeoutMs = commandTimeoutMs } = {}) {
      const given = checkInput({ eventId, command });
      const arrival: Arrival = { command: given.command, isFirstAttempt };
      return await door.submit(given.eventId, arrival, deadlineAfter(timeoutMs));
    },
    async submitOrder(command, { isFirstAttempt = false, timeoutMs = commandTimeoutMs } = {}) {
      const arrival = { command: checkOrder(command), isFirstAttempt };
      return await door.submitOrder(arrival, deadlineAfter(timeoutMs));
    },
    findEvent: async (eventId, { maxAgeMs, ...by } = {}) =>
      await reads.events.findEvent(checkId('eventId', eventId), maxAgeMs ?? null, asker(by)),
    listEvents: (list, { maxAgeMs, ...by } = {}) =>
      reads.events.listEvents(list, maxAgeMs ?? null, asker(by)),
    findBooking: (key, by = {}) => read(by, () => findBooking(database, key)),
    findOrder: (key, by = {}) => read(by, () => findOrder(database, key)),
    listBookingsOfUser: (list, by = {}) => read(by, () => listBookingsOfUser(database, list)),
    listBookingsOfEvent: (list, by = {}) => read(by, () => listBookingsOfEvent(database, list)),
    watch: (eventId, watching = {}) =>
      watchEvent(reads.live, checkId('eventId', eventId), { caller: sharedCaller, ...watching }),
    close: () => door.close(),
  };
}
