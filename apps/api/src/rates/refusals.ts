import { setTimeout as pause } from 'node:timers/promises';
import { createTallies, type Tally } from '@holdfast/engine';
import type { Logger } from '@holdfast/process';
import type { Registry } from 'prom-client';
import { Fault } from '../http/faults.ts';
import { type LimitName, limitNames } from './limit.ts';
import { type TellLimited, tellLimited } from './tell-limited.ts';

/**
 * Who is refused is answered after so long, and nothing more is read from its connection until then. So one
 * that calls again at once, on however many connections, costs a call a second for each of them.
 */
const delayMsMax = 1_000;

/** What each limit says to who met it, where it is not the number of calls. */
const messages: Partial<Record<LimitName, string>> = {
  unsold:
    'Too many seats were held or given back without a sale. Nothing was done; buy what you hold, or wait.',
  watchers:
    'Too many connections of your address watch. Close some, or watch several events over one.',
};

/** Who was refused, by which limit, and until when. */
interface Refused {
  readonly limit: LimitName;
  readonly caller: string;
  /** By `performance.now()`, in milliseconds. */
  readonly endsAtMs: number;
}

/** Refuses callers who are limited: later, counted, and told to the log once a minute. */
export class Refusals {
  readonly #tallies: ReadonlyMap<LimitName, Tally>;
  readonly #tell: TellLimited;

  constructor({ registry, logger }: { readonly registry: Registry; readonly logger: Logger }) {
    const tally = createTallies({
      name: 'holdfast_rate_limited_total',
      help: 'Requests that were refused because their caller is limited, by the limit that they met.',
      labelNames: ['limit'],
      registry,
    });
    this.#tallies = new Map(limitNames.map((limit) => [limit, tally({ limit })]));
    this.#tell = tellLimited(logger);
  }

  /** The fault to answer with, when it is time to. */
  async refuse({ limit, caller, endsAtMs }: Refused): Promise<Fault> {
    this.#tallies.get(limit)?.inc();
    this.#tell(limit, caller);
    await pause(Math.min(delayMsMax, Math.max(0, endsAtMs - performance.now())));
    const message = messages[limit];
    const retryAfterMs = Math.ceil(Math.max(0, endsAtMs - performance.now()));
    return new Fault('rate_limited', { retryAfterMs, ...(message !== undefined && { message }) });
  }
}
