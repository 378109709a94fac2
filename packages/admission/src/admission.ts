import * as activeEvents from './active-events.ts';
import { type Admitted, admit, withoutRefusals } from './admit.ts';
import { type Health, openBreaker } from './breaker.ts';
import { type RedisConnection, whyAway } from './connect-redis.ts';
import { type AdmissionState, inspectEvent, requireEventCount } from './inspect.ts';
import { type Ask, requirePrefix, trialKeyOf } from './keys.ts';
import { type AdmissionLimits, admissionLimits } from './limits.ts';
import { mastersOf, readRedisTime } from './redis-time.ts';
import { release } from './release.ts';
import { watchRenewals } from './renewal.ts';
import { reset } from './reset.ts';
import { type Settled, type Settlement, settle } from './settle.ts';
import type { Site } from './site.ts';
import { within } from './within.ts';

/**
 * The early yes or no of an event, from Redis.
 *
 * Every call throws AdmissionUnavailable where Redis cannot be asked, after `timeoutMs` at the
 * latest, and then may or may not have had its effect: calling again does no harm, and neither does
 * going on without. It throws RangeError for arguments out of bounds, before anything is sent.
 */
export interface Admission {
  /** Who goes to PostgreSQL now, in the order of the asks: 500 at most. */
  admit(eventId: string, asks: readonly Ask[]): Promise<Admitted>;
  /** After a commit or a reading: what it saw, and which leases are over (500 at most). */
  settle(eventId: string, settlement: Settlement): Promise<Settled>;
  /** These commands were not committed, or nobody knows it. 500 leases at most. */
  release(eventId: string, leases: readonly Ask[]): Promise<void>;
  /** What is known of these events (500 at most). Those that are cold are left out. */
  inspect(eventIds: readonly string[]): Promise<ReadonlyMap<string, AdmissionState>>;
  /** Redis' time in ms, for a settlement that had no `admit` before it. */
  now(): Promise<number>;
  /** Notes that these events (500 at most) hold leases, for whoever reconciles. */
  noteActive(eventIds: readonly string[]): Promise<void>;
  /** Events that were noted in the last 30 s, the newest first. */
  listActive(limit: number): Promise<readonly string[]>;
  /** Forgets the base: Redis is ahead of PostgreSQL, which was restored. Leases stay. */
  reset(eventId: string): Promise<void>;
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
 * const { verdicts, asOfMs } = await admission.admit(eventId, [{ leaseId, quantity: 2 }]);
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
    admit: async (eventId, asks) => {
      const admitted = await breaker.run(admit(site, eventId, asks));
      // A Redis that came back with an older state says noes from then; these run out by themselves.
      return unbrokenMs() < site.limits.noDurationMaxMs ? withoutRefusals(admitted) : admitted;
    },
    settle: async (eventId, settlement) => breaker.run(settle(site, eventId, settlement)),
    release: async (eventId, leases) => breaker.run(release(site, eventId, leases)),
    inspect: async (eventIds) => {
      requireEventCount(site, eventIds);
      const looks = eventIds.map((eventId) => inspectEvent(site, eventId));
      const states = await breaker.run(() => Promise.all(looks.map((look) => look())));
      return new Map(
        states.flatMap((state, index) => {
          const eventId = eventIds[index];
          return state === null || eventId === undefined ? [] : [[eventId, state] as const];
        }),
      );
    },
    now: () => breaker.run(() => readRedisTime(redis)),
    noteActive: async (eventIds) => breaker.run(activeEvents.noteActive(site, eventIds)),
    listActive: async (limit) => breaker.run(activeEvents.listActive(site, limit)),
    reset: async (eventId) => breaker.run(reset(site, eventId)),
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
