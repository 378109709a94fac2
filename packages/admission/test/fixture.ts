import { randomUUID } from 'node:crypto';
import type { Standing } from '@holdfast/domain';
import { freshPrefix, type RedisFlavour } from '@holdfast/testing';
import { onTestFinished } from 'vitest';
import { type Admission, type AdmissionOptions, openAdmission } from '../src/admission.ts';
import { connectRedis, type RedisConnection } from '../src/connect-redis.ts';
import { type Ask, keysOf } from '../src/keys.ts';
import type { Settled } from '../src/settle.ts';
import { waitUntilReady } from '../src/wait-until-ready.ts';

/** Nothing lapses or ages in the middle of a test, however slow the machine, unless it says so. */
const patientLimits = { leaseDurationMs: 60_000, noDurationMaxMs: 60_000 };

/** A cluster that was just started takes no commands for 2 s. */
const readyTimeoutMs = 20_000;

/** An admission of one test, and the event that it is about. */
export interface Place {
  readonly admission: Admission;
  readonly redis: RedisConnection;
  readonly prefix: string;
  readonly eventId: string;
  readonly stateKey: string;
  readonly leasesKey: string;
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
  const eventId = randomUUID();
  const [stateKey, leasesKey] = keysOf(prefix, eventId);
  return { admission, redis, prefix, eventId, stateKey, leasesKey };
}

export type OpenPlace = (options?: Partial<AdmissionOptions>) => Promise<Place>;

/** @example const open = openerOn(flavour); const place = await open({ limits }) */
export function openerOn({ url }: RedisFlavour): OpenPlace {
  return (options = {}) => openPlace(url, options);
}

/** A standing on which a no may rest for as long as any. */
export function standing(change: Partial<Standing> = {}): Standing {
  return {
    version: 1,
    availableSeats: 3,
    quantityPerBookingMax: 4,
    refusableForMs: Number.POSITIVE_INFINITY,
    ...change,
  };
}

/** Settles a standing as of now, as a commit does that began after an admit, and drops these leases. */
export async function settleNow(
  { admission, eventId }: Place,
  change: Partial<Standing> = {},
  leases: readonly Ask[] = [],
): Promise<Settled> {
  const { asOfMs } = await admission.admit(eventId, []);
  return admission.settle(eventId, { standing: standing(change), asOfMs, leases });
}

/** Asks for these quantities in one call, each with a lease id of its own; says the verdicts. */
export async function ask(
  { admission, eventId }: Place,
  ...quantities: readonly number[]
): Promise<readonly string[]> {
  const { verdicts } = await admission.admit(eventId, quantities.map(leaseOf));
  return verdicts;
}

/** A lease, or a fence, that nobody has yet. */
export function leaseOf(quantity: number): Ask {
  return { leaseId: randomUUID(), quantity };
}

/** What is known of the event, or `undefined` while it is cold. */
export async function look({ admission, eventId }: Place) {
  return (await admission.inspect([eventId])).get(eventId);
}
