import { connectRedis, type RedisConnection } from '@holdfast/redis';
import type { Logger } from '@holdfast/process';
import type { Registry } from 'prom-client';
import { CallerLimits } from './caller-limits.ts';
import type { Limit } from './limit.ts';
import { Quota } from './quota.ts';
import { Refusals } from './refusals.ts';
import { limitsInWindowFrom, type RateSettings } from './rate-settings.ts';
import { countIn } from './shared-count.ts';
import { UnsoldSeats } from './unsold-seats.ts';
import { WatcherPlaces } from './watcher-places.ts';

interface CallerLimitsOptions {
  readonly settings: RateSettings;
  /** Where all processes count together; `null`: each counts for itself. */
  readonly redis: { readonly url: string; readonly prefix: string } | null;
  readonly registry: Registry;
  readonly logger: Logger;
}

/** Limits, and what they hold open. */
interface OpenCallerLimits {
  readonly limits: CallerLimits;
  close(): void;
}

/**
 * The limits that are set. They count through a connection to Redis of their own, on which nothing of a
 * booking waits.
 *
 * @example const { limits, close } = openCallerLimits({ settings: env, redis: null, registry, logger })
 */
export function openCallerLimits(options: CallerLimitsOptions): OpenCallerLimits {
  const { settings, redis, registry, logger } = options;
  const { user, key, address, unsold } = limitsInWindowFrom(settings);
  const connection = redis && connectRedis(redis.url, 'cache');
  const open = openQuotas(connection, redis?.prefix ?? '');
  const quotas = { user: open(user), key: open(key), address: open(address) };
  const refusals = new Refusals({ registry, logger });
  const seats = open(unsold);
  const { ADDRESS_WATCHER_COUNT_MAX: watcherCountMax } = settings;
  return {
    limits: new CallerLimits({
      quotas,
      refusals,
      unsold: seats && new UnsoldSeats(seats, refusals),
      watchers: watcherCountMax === 0 ? null : new WatcherPlaces(watcherCountMax, refusals),
      logger,
    }),
    close: () => connection?.disconnect(),
  };
}

function openQuotas(connection: RedisConnection | null, prefix: string) {
  return (limit: Limit | null): Quota | null => {
    if (limit === null) return null;
    return new Quota(limit, { shared: connection && countIn(connection, prefix, limit) });
  };
}
