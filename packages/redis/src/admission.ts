import { type Heard, ask } from './ask.ts';
import { type Health, openBreaker } from './breaker.ts';
import { type RedisConnection, whyAway } from './connect-redis.ts';
import { inspectEvent, type KnownStanding } from './inspect.ts';
import { requirePrefix, standingKeyOf, trialKeyOf } from './keys.ts';
import { type AdmissionLimits, admissionLimits } from './limits.ts';
import { mastersOf, readRedisTime } from './redis-time.ts';
import { watchRenewals } from './renewal.ts';
import { type Settled, type Settlement, settle } from './settle.ts';
import type { Site } from './site.ts';
import { within } from './within.ts';

/**
 * What Redis knows of events: how each stood when PostgreSQL was last asked, and the fences of commands
 * that may give seats back.
 *
 * Every call throws AdmissionUnavailable where Redis cannot be asked, after `timeoutMs` at the
 * latest, and then may or may not have had its effect: calling again does no harm, and neither does
 * going on without. It throws RangeError for arguments out of bounds, before anything is sent.
 */
export interface Admission {
  /** What is certain of this event now. Where `fence` is an id, that fence stands from now on. */
  ask(eventId: string, fence: string | null): Promise<Heard>;
  /** After a commit or a reading: what it saw, and which fence is over. */
  settle(eventId: string, settlement: Settlement): Promise<Settled>;
  /** What is known of these events (500 at most). Those that are not known are left out. */
  inspect(eventIds: readonly string[]): Promise<ReadonlyMap<string, KnownStanding>>;
  /** Redis' time in ms, for a settlement that had no `ask` before it. */
  now(): Promise<number>;
  /** Forgets an event: Redis is ahead of PostgreSQL, which was restored. */
  forget(eventId: string): Promise<void>;
  /** `open`: Redis is taken for dead, and nothing is sent but a trial every 250 ms. */
  readonly health: Health;
  /** Ends the trials and the connection. Safe to repeat. */
  close(): Promise<void>;
}

export interface AdmissionOptions {
  /** From `connectRedis(url, 'admission')`. Closed by `close`. */
  readonly redis: RedisConnection;
  /** Begins every key: letters, digits, - and _. */
  readonly prefix: string;
  /** The longest that a call may take. */
  readonly timeoutMs?: number;
  readonly limits?: Partial<AdmissionLimits>;
  /** Told when the breaker opens (with what failed last) and when it closes (with `null`). */
  readonly onHealth?: (health: Health, error: unknown) => void;
}

const defaultTimeoutMs = 150;
const trialKeyDurationMs = 10_000;

/**
 * A write: a Redis that is full, or a replica, answers questions and takes nothing. And a question to
 * each master of a cluster: while one of them is silent, its events would open the breaker again.
 */
async function tryRedis(redis: RedisConnection, prefix: string): Promise<void> {
  await Promise.all([
    redis.set(trialKeyOf(prefix), '', 'PX', trialKeyDurationMs),
    ...mastersOf(redis).map((master) => master.ping()),
  ]);
}

/**
 * Admission on this Redis. Needs nobody to begin, and nobody to recover.
 *
 * @example
 * const admission = openAdmission({ redis: connectRedis(url, 'admission'), prefix: 'holdfast' });
 * const { certainty, free } = await admission.ask(eventId, null);
 */
export function openAdmission(options: AdmissionOptions): Admission {
  const { redis, prefix, timeoutMs = defaultTimeoutMs, onHealth } = options;
  requirePrefix(prefix);
  const site: Site = { redis, prefix, limits: { ...admissionLimits, ...options.limits } };
  const breaker = openBreaker({
    timeoutMs,
    trial: () => tryRedis(redis, prefix),
    onHealth: (health, error) =>
      onHealth?.(health, health === 'open' ? whyAway(redis, error) : null),
  });
  const unbrokenMs = watchRenewals(redis);
  return {
    ask: async (eventId, fence) => {
      const heard = await breaker.run(ask(site, eventId, fence));
      // A Redis that came back with an older state says what was true before. That runs out by itself.
      const isOld = unbrokenMs() < site.limits.refusalDurationMaxMs;
      return isOld ? { ...heard, certainty: 'unknown' } : heard;
    },
    settle: async (eventId, settlement) => breaker.run(settle(site, eventId, settlement)),
    inspect: async (eventIds) => {
      if (eventIds.length > site.limits.eventCountMax) {
        throw new RangeError(
          `At most ${site.limits.eventCountMax} events in one call: split them.`,
        );
      }
      const looks = eventIds.map((eventId) => inspectEvent(site, eventId));
      const standings = await breaker.run(() => Promise.all(looks.map((look) => look())));
      return new Map(
        standings.flatMap((standing, index) => {
          const eventId = eventIds[index];
          return standing === null || eventId === undefined ? [] : [[eventId, standing] as const];
        }),
      );
    },
    now: () => breaker.run(() => readRedisTime(redis)),
    forget: async (eventId) => {
      const key = standingKeyOf(prefix, eventId);
      await breaker.run(() => redis.del(key));
    },
    get health() {
      return breaker.health;
    },
    close: async () => {
      breaker.close();
      // What is on its way may still get there, but nobody waits long for it.
      await within(timeoutMs, () => redis.quit()).catch(() => {});
      redis.disconnect();
    },
  };
}
