import type { User } from '@holdfast/auth';
import type { Logger } from '@holdfast/process';
import { networkOf } from '../http/caller-address.ts';
import type { Fault } from '../http/faults.ts';
import type { ServedRequest } from '../http/served.ts';
import type { Quota } from './quota.ts';
import type { Refusals } from './refusals.ts';
import type { UnsoldSeats } from './unsold-seats.ts';
import type { WatcherPlaces } from './watcher-places.ts';
import { weightOf } from './weight.ts';

/** How often who may call. `null`: as often as they like. */
export interface CallQuotas {
  /** Calls of a user. */
  readonly user: Quota | null;
  /** Calls of an organizer or an admin: what programs call with. */
  readonly key: Quota | null;
  /** Calls from an address, whoever makes them. */
  readonly address: Quota | null;
}

interface CallerLimitsParts {
  readonly quotas: CallQuotas;
  readonly refusals: Refusals;
  readonly unsold: UnsoldSeats | null;
  readonly watchers: WatcherPlaces | null;
  readonly logger: Logger;
}

/**
 * Counts the calls of callers, each call of a batch and each 4 kB of a body, and refuses who calls too often. What a
 * request was counted under is noted on it, for the headers of its answer.
 *
 * @example
 * const limits = new CallerLimits({ quotas, refusals, unsold: null, watchers: null, logger });
 * limits.refusalOfAddress(request); // null, or a promise of the fault to answer with, when it is time to
 */
export class CallerLimits {
  /** Seats that users hold or held without a sale; `null`: they are not counted. */
  readonly unsold: UnsoldSeats | null;
  /** `null`: an address may have all places. */
  readonly watchers: WatcherPlaces | null;
  readonly #quotas: CallQuotas;
  readonly #refusals: Refusals;
  readonly #logger: Logger;
  #hasWarnedOfProxy = false;

  constructor({ quotas, refusals, unsold, watchers, logger }: CallerLimitsParts) {
    this.unsold = unsold;
    this.watchers = watchers;
    this.#quotas = quotas;
    this.#refusals = refusals;
    this.#logger = logger;
  }

  /** Counts a request by its address; `null`: it may go on. */
  refusalOfAddress(served: ServedRequest): Promise<Fault> | null {
    const { address } = this.#quotas;
    if (address === null) return null;
    this.#warnOfProxy(served);
    return this.#take(address, networkOf(served.ip), served);
  }

  /** Counts a request by whom its token names; `null`: it may go on. */
  refusalOfUser({ id, role }: User, served: ServedRequest): Promise<Fault> | null {
    const quota = role === 'user' ? this.#quotas.user : this.#quotas.key;
    return quota && this.#take(quota, id, served);
  }

  #take(quota: Quota, caller: string, served: ServedRequest): Promise<Fault> | null {
    const taken = quota.take(caller, weightOf(served));
    served.taken = [...served.taken, taken];
    if (taken.isWithin) return null;
    const { limit, endsAtMs } = taken;
    return this.#refusals.refuse({ limit: limit.name, caller, endsAtMs });
  }

  #warnOfProxy({ proxyCount, headers }: ServedRequest): void {
    if (this.#hasWarnedOfProxy || proxyCount > 0 || !('x-forwarded-for' in headers)) return;
    this.#hasWarnedOfProxy = true;
    this.#logger.warn(proxyWarning);
  }
}

const proxyWarning =
  'calls come through a proxy (X-Forwarded-For), and PROXY_COUNT is 0: limits of an address count all callers as one';
