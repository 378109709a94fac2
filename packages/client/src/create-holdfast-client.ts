import { type BookingCalls, bookingCalls } from './booking-calls.ts';
import { createCaller } from './caller.ts';
import { createExportBookings } from './export-bookings.ts';
import { type EventCalls, eventCalls } from './event-calls.ts';
import { type HealthCalls, healthCalls } from './health-calls.ts';
import { type OrderCalls, orderCalls } from './order-calls.ts';
import { retryBudget } from './retry-budget.ts';
import { completeRetryOptions, type GivenRetryOptions } from './retry-options.ts';
import { seenVersions } from './seen-versions.ts';
import type { TraceRequest } from './trace.ts';
import { openTransport, type Token } from './transport.ts';
import { createWatch } from './watch.ts';
import { createWatchSale } from './watch-sale.ts';
import { writeMemory } from './write-memory.ts';

export interface HoldfastClientOptions {
  /** Where the api is: `https://booking.example.org`. Browsers may leave the host out: `''`. */
  readonly url: string;
  /**
   * The user's or organizer's JWT, or a function that gives a fresh one; it is called for every
   * request. Without one, only what is public can be asked.
   */
  readonly token?: Token | undefined;
  /** Default: the global `fetch`. */
  readonly fetch?: typeof fetch | undefined;
  /** Limits and backoff. Every part has a default: see `retryDefaults`. */
  readonly retry?: GivenRetryOptions | undefined;
  /**
   * Send calls made in the same moment in one HTTP request, at most ten of them. Default false:
   * in a batch, the answer of each waits for the slowest.
   */
  readonly batch?: boolean | undefined;
  /**
   * Follows each request, and may send headers along with it: `traceWithOpenTelemetry()` of
   * `@holdfast/client/opentelemetry`, or one of your own. Default: none.
   */
  readonly trace?: TraceRequest | undefined;
}

/** Typed calls to a Holdfast api, by noun. */
export interface HoldfastClient {
  readonly booking: BookingCalls;
  readonly order: OrderCalls;
  readonly event: EventCalls;
  readonly health: HealthCalls;
}

/**
 * A client of a Holdfast api, for Node and browsers.
 *
 * - Ids are made once a call and reused on every retry: no call books twice.
 * - Refusals are answers: `{ status: 'refused', reason: 'sold_out' }`.
 * - What a retry can fix is retried: broken connections, 503, 504 and `unknown`, bounded by
 *   attempts, time and a budget, and never sooner than the api asked.
 * - A read shows at least what this client itself has done, whatever is cached on the way.
 * - A change of an event says which version the client has seen. So a change that comes late cannot
 *   undo a newer one.
 * - If nobody knows whether a command took effect, the answer is `{ status: 'unknown' }`. A thrown HoldfastError
 *   means that nothing was done.
 *
 * @throws TypeError for a url without scheme, RangeError for a retry option out of range
 *
 * @example
 * const client = createHoldfastClient({ url: 'http://127.0.0.1:3000', token });
 * const hold = await client.booking.reserve({ eventId, quantity: 2 });
 * if (hold.status === 'held') await client.booking.confirm({ eventId, bookingId: hold.id });
 */
export function createHoldfastClient(options: HoldfastClientOptions): HoldfastClient {
  const retry = completeRetryOptions(options.retry);
  const budget = retryBudget({ reserveCount: retry.budgetReserveCount, ratio: retry.budgetRatio });
  const way = {
    url: options.url,
    token: options.token,
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    batch: options.batch ?? false,
    trace: options.trace,
  };
  const transport = openTransport(way);
  const writes = writeMemory(retry.now);
  const caller = createCaller({ options: retry, budget }, writes);
  const onceCaller = createCaller({ options: { ...retry, attemptCountMax: 1 }, budget }, writes);
  return {
    booking: bookingCalls(transport, caller),
    order: orderCalls(transport, caller),
    event: eventCalls(transport, {
      caller,
      writes,
      seen: seenVersions(),
      watch: createWatch(way, retry),
      watchSale: createWatchSale(way, retry),
      exportBookings: createExportBookings(way, caller),
    }),
    health: healthCalls(transport, onceCaller),
  };
}
