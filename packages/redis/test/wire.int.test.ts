import { randomUUID } from 'node:crypto';
import { providedServices, startTcpProxy } from '@holdfast/testing';
import { expect, onTestFinished, test } from 'vitest';
import { openAdmission } from '../src/admission.ts';
import { connectRedis } from '../src/connect-redis.ts';
import { AdmissionUnavailable } from '../src/faults.ts';
import type { AdmissionLimits } from '../src/limits.ts';
import { waitUntilReady } from '../src/wait-until-ready.ts';
import {
  anotherEvent,
  ask,
  askTime,
  certaintyOf,
  look,
  openPlace,
  type Place,
  settle,
  settleNow,
} from './fixture.ts';

/**
 * A place by way of a proxy, and the same place straight. The scripts are known: a cut hits the
 * very call that it is meant for.
 */
async function openByProxy(limits: Partial<AdmissionLimits> = {}) {
  const proxy = await startTcpProxy(providedServices().redisUrl);
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  const straight = await openPlace(providedServices().redisUrl, { limits });
  const redis = connectRedis(proxy.url, 'admission');
  const { prefix } = straight;
  const admission = openAdmission({ redis, prefix, limits, timeoutMs: 5_000 });
  onTestFinished(() => admission.close());
  await waitUntilReady(redis, 5_000);
  await settleNow(anotherEvent(straight));
  return { proxy, straight, place: { ...straight, admission, redis } };
}

/** Does the call with its answer cut off, and again when the connection is back. */
async function callTwice<T>(
  { proxy, place }: Awaited<ReturnType<typeof openByProxy>>,
  call: () => Promise<T>,
): Promise<T> {
  proxy.cutNext({ cut: 'before_answer', when: place.key });
  await expect(call()).rejects.toThrow(AdmissionUnavailable);
  expect(proxy.cutCount).toBe(1);
  await waitUntilReady(place.redis, 5_000);
  return call();
}

test('a fence whose answer was cut off, and that is sent again, is one fence', async () => {
  const wired = await openByProxy();
  const { straight, place } = wired;
  await settleNow(straight);
  const fence = randomUUID();
  const { free } = await callTwice(wired, () => place.admission.ask(place.eventId, fence));
  expect(free).toBe(0);
  expect(await look(straight)).toMatchObject({ fenceCount: 1 });
  await settleNow(straight, { version: 2, fence });
  expect(await certaintyOf(straight)).toBe('certain');
});

test('a settle whose answer was cut off, and that is sent again, counts once', async () => {
  const wired = await openByProxy();
  const { straight, place } = wired;
  await settleNow(straight);
  const asOfMs = await askTime(straight);
  const told = { version: 2, availableSeats: 2, asOfMs };
  expect(await callTwice(wired, () => settle(place, told))).toEqual({ drift: 0 });
  expect(await look(straight)).toMatchObject({ version: 2, free: 2 });
  expect(await certaintyOf(straight)).toBe('certain');
});

test('nothing is sent twice by itself: whose answer was cut off has failed', async () => {
  const { proxy, place, straight } = await openByProxy();
  await settleNow(straight);
  // The fence is gone when the connection is back; a question sent again would raise it anew.
  proxy.cutNext({
    cut: 'before_answer',
    when: place.key,
    first: () => straight.redis.del(straight.key),
  });
  const asked = place.admission.ask(place.eventId, randomUUID());
  await expect(asked).rejects.toThrow(AdmissionUnavailable);
  await waitUntilReady(place.redis, 5_000);
  await place.admission.now();
  expect(await straight.redis.exists(straight.key)).toBe(0);
});

test('behind a connection that was made again nothing is certain, until an old no would be over', async () => {
  // The Redis behind it may have been restarted from a snapshot, with a refusal that is true no longer.
  const { proxy, place, straight } = await openByProxy({ refusalDurationMaxMs: 1_000 });
  const askAnew = async (from: Place) => {
    await settleNow(straight, { availableSeats: 2 });
    return ask(from).catch(() => ({ certainty: null }));
  };
  expect(await askAnew(place)).toMatchObject({ certainty: 'certain' });
  proxy.cut();
  const cutAt = performance.now();
  proxy.restore();
  const unknown = { free: 2, limit: 4, certainty: 'unknown' };
  await expect.poll(() => askAnew(place), { interval: 5 }).toMatchObject(unknown);
  // Whoever's connection was never lost believes it.
  expect(await askAnew(straight)).toMatchObject({ certainty: 'certain' });
  await expect.poll(() => askAnew(place), { interval: 20 }).toMatchObject({ certainty: 'certain' });
  expect(performance.now() - cutAt).toBeGreaterThan(1_000);
});
