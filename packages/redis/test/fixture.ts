import { randomUUID } from 'node:crypto';
import type { Standing } from '@holdfast/domain';
import { freshPrefix, type RedisFlavour } from '@holdfast/testing';
import { onTestFinished } from 'vitest';
import { type Admission, type AdmissionOptions, openAdmission } from '../src/admission.ts';
import type { Heard } from '../src/ask.ts';
import { connectRedis, type RedisConnection } from '../src/connect-redis.ts';
import { standingKeyOf } from '../src/keys.ts';
import type { Settled } from '../src/settle.ts';
import { waitUntilReady } from '../src/wait-until-ready.ts';

/** Nothing lapses or ages in the middle of a test, however slow the machine, unless it says so. */
const patientLimits = {
  refusalDurationMaxMs: 60_000,
  fenceDurationMs: 300_000,
  emptyDurationMs: 900_000,
  keyDurationMs: 3_600_000,
};

/** A cluster that was just started takes no commands for 2 s. */
const readyTimeoutMs = 20_000;

/** An admission of one test, and the event that it is about. */
export interface Place {
  readonly admission: Admission;
  readonly redis: RedisConnection;
  readonly prefix: string;
  readonly eventId: string;
  readonly key: string;
}

/** Opens admission with keys of its own, until the test is over. */
export async function openPlace(
  url: string,
  options: Partial<AdmissionOptions> = {},
): Promise<Place> {
  const redis = connectRedis(url, 'admission');
  const prefix = options.prefix ?? freshPrefix();
  const limits = { ...patientLimits, ...options.limits };
  const admission = openAdmission({ timeoutMs: 5_000, ...options, limits, redis, prefix });
  onTestFinished(() => admission.close());
  await waitUntilReady(redis, readyTimeoutMs);
  return anotherEvent({ admission, redis, prefix });
}

/** The same admission, and an event that nobody knows yet. */
export function anotherEvent(place: Pick<Place, 'admission' | 'redis' | 'prefix'>): Place {
  const eventId = randomUUID();
  return { ...place, eventId, key: standingKeyOf(place.prefix, eventId) };
}

export type OpenPlace = (options?: Partial<AdmissionOptions>) => Promise<Place>;

/** @example const open = openerOn(flavour); const place = await open({ limits }) */
export function openerOn({ url }: RedisFlavour): OpenPlace {
  return (options = {}) => openPlace(url, options);
}

/** A standing on which refusals may rest for as long as on any other. */
export function standing(change: Partial<Standing> = {}): Standing {
  return {
    version: 1,
    availableSeats: 0,
    quantityPerBookingMax: 4,
    refusableForMs: Number.POSITIVE_INFINITY,
    ...change,
  };
}

/** Asks, and raises no fence. */
export function ask({ admission, eventId }: Place): Promise<Heard> {
  return admission.ask(eventId, null);
}

export async function certaintyOf(place: Place): Promise<Heard['certainty']> {
  const { certainty } = await ask(place);
  return certainty;
}

/** Redis' time, as a reading of PostgreSQL that begins now has it. */
export async function askTime(place: Place): Promise<number> {
  const { asOfMs } = await ask(place);
  return asOfMs;
}

/** Raises a fence that nobody has yet. */
export async function raise({ admission, eventId }: Place): Promise<string> {
  const fence = randomUUID();
  await admission.ask(eventId, fence);
  return fence;
}

export interface Told extends Partial<Standing> {
  readonly asOfMs: number;
  readonly fence?: string;
}

/** Settles what was read as of then, and lowers the fence. */
export function settle(place: Place, { asOfMs, fence, ...change }: Told): Promise<Settled> {
  const settlement = { standing: standing(change), asOfMs, fence: fence ?? null };
  return place.admission.settle(place.eventId, settlement);
}

/** Settles a standing as of now, as a commit does that began after an `ask`. */
export async function settleNow(place: Place, told: Omit<Told, 'asOfMs'> = {}): Promise<Settled> {
  return settle(place, { ...told, asOfMs: await askTime(place) });
}

/** What is known of the event, or `undefined` while it is cold. */
export async function look({ admission, eventId }: Place) {
  return (await admission.inspect([eventId])).get(eventId);
}

const passTime = `
local passedMs, fields = tonumber(ARGV[1]), redis.call('HGETALL', KEYS[1])
for index = 1, #fields, 2 do
  local name, value = fields[index], tonumber(fields[index + 1])
  if name == 'until' or name == 'voidedAt' or string.sub(name, 1, 6) == 'fence:' then
    redis.call('HSET', KEYS[1], name, string.format('%.0f', value - passedMs))
  end
end
local leftMs = redis.call('PTTL', KEYS[1])
if leftMs >= 0 then redis.call('PEXPIRE', KEYS[1], leftMs - passedMs) end
`;

/**
 * Has so much time passed for the event, without waiting for it: each time that is kept of it is so much
 * longer ago. A time that the test holds it moves itself. Less than nothing: the clock was set back.
 */
export async function letPass({ redis, key }: Place, passedMs: number): Promise<void> {
  await redis.eval(passTime, 1, key, passedMs);
}
