import { randomUUID } from 'node:crypto';
import { providedServices, startTcpProxy } from '@holdfast/testing';
import { expect, onTestFinished, test } from 'vitest';
import { openAdmission } from '../src/admission.ts';
import { connectRedis } from '../src/connect-redis.ts';
import { AdmissionUnavailable } from '../src/faults.ts';
import { keysOf } from '../src/keys.ts';
import { waitUntilReady } from '../src/wait-until-ready.ts';
import { ask, leaseOf, look, openPlace, type Place, settleNow, standing } from './fixture.ts';

/**
 * A place by way of a proxy, and the same place straight. The scripts are known: a cut hits the
 * very call that it is meant for.
 */
async function openByProxy() {
  const proxy = await startTcpProxy(providedServices().redisUrl);
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  const straight = await openPlace(providedServices().redisUrl);
  const redis = connectRedis(proxy.url, 'admission');
  const admission = openAdmission({ redis, prefix: straight.prefix, timeoutMs: 5_000 });
  onTestFinished(() => admission.close());
  await waitUntilReady(redis, 5_000);
  const warm: Place = { ...straight, eventId: randomUUID() };
  await settleNow(warm);
  await ask(warm, 0);
  await warm.admission.release(warm.eventId, [leaseOf(1)]);
  return { proxy, straight, place: { ...straight, admission, redis } };
}

/** Does the call with its answer cut off, and again when the connection is back. */
async function callTwice<T>(
  { proxy, place }: Awaited<ReturnType<typeof openByProxy>>,
  call: () => Promise<T>,
): Promise<T> {
  const [, leasesKey] = keysOf(place.prefix, place.eventId);
  proxy.cutNext({ cut: 'before_answer', when: leasesKey });
  await expect(call()).rejects.toThrow(AdmissionUnavailable);
  expect(proxy.cutCount).toBe(1);
  await waitUntilReady(place.redis, 5_000);
  return call();
}

test('an admit whose answer was cut off, and that is sent again, counts once', async () => {
  const wired = await openByProxy();
  await settleNow(wired.straight, { availableSeats: 3 });
  const lease = leaseOf(3);
  const { verdicts } = await callTwice(wired, () =>
    wired.place.admission.admit(wired.place.eventId, [lease]),
  );
  expect(verdicts).toEqual(['admitted']);
  expect(await look(wired.straight)).toMatchObject({ leaseCount: 1, leased: 3, leasedSeats: 3 });
});

test('a fence whose answer was cut off, and that is sent again, is one fence', async () => {
  const wired = await openByProxy();
  await settleNow(wired.straight, { availableSeats: 0 });
  const fence = leaseOf(0);
  await callTwice(wired, () => wired.place.admission.admit(wired.place.eventId, [fence]));
  expect(await look(wired.straight)).toMatchObject({ fenceCount: 1 });
  await settleNow(wired.straight, { version: 2, availableSeats: 0 }, [fence]);
  expect(await ask(wired.straight, 1)).toEqual(['sold_out']);
});

test('a settle whose answer was cut off, and that is sent again, counts once', async () => {
  const wired = await openByProxy();
  await settleNow(wired.straight, { availableSeats: 3 });
  const [lease, other] = [leaseOf(1), leaseOf(1)];
  await wired.straight.admission.admit(wired.straight.eventId, [lease, other]);
  const asOfMs = await wired.straight.admission.now();
  const settlement = {
    standing: standing({ version: 2, availableSeats: 2 }),
    asOfMs,
    leases: [lease],
  };
  const settled = await callTwice(wired, () =>
    wired.place.admission.settle(wired.place.eventId, settlement),
  );
  expect(settled).toEqual({ base: 2, free: 1, drift: 0, fenceCount: 0 });
});

test('a release whose answer was cut off, and that is sent again, counts once', async () => {
  const wired = await openByProxy();
  await settleNow(wired.straight, { availableSeats: 3 });
  const [lease, other] = [leaseOf(2), leaseOf(1)];
  await wired.straight.admission.admit(wired.straight.eventId, [lease, other]);
  await callTwice(wired, () => wired.place.admission.release(wired.place.eventId, [lease]));
  expect(await look(wired.straight)).toMatchObject({ leaseCount: 1, leased: 1, leasedSeats: 1 });
});

test('nothing is sent twice by itself: whose answer was cut off has failed', async () => {
  const { proxy, place, straight } = await openByProxy();
  await settleNow(straight, { availableSeats: 3 });
  // The lease is gone when the connection is back; a command sent again would make it anew.
  proxy.cutNext({
    cut: 'before_answer',
    when: place.leasesKey,
    first: () => straight.redis.del(straight.leasesKey),
  });
  const admit = place.admission.admit(place.eventId, [leaseOf(1)]);
  await expect(admit).rejects.toThrow(AdmissionUnavailable);
  await waitUntilReady(place.redis, 5_000);
  await place.admission.now();
  expect(await look(straight)).toMatchObject({ leaseCount: 0 });
});

test('behind a connection that was made again no no counts, until an old one would be over', async () => {
  // The Redis behind it may have been restarted from a snapshot, with a no that holds no longer.
  const { proxy, place } = await openByProxy();
  await settleNow(place, { availableSeats: 0 });
  expect(await ask(place, 1)).toEqual(['sold_out']);
  proxy.cut();
  proxy.mend();
  await expect.poll(() => ask(place, 1).catch(() => null)).toEqual(['undecided']);
  await settleNow(place, { availableSeats: 0 });
  const { noForMs } = await place.admission.admit(place.eventId, [leaseOf(1)]);
  expect(noForMs).toBe(0);
  const askAnew = async () => {
    await settleNow(place, { availableSeats: 0 });
    return await ask(place, 1);
  };
  await expect.poll(askAnew, { timeout: 3_000 }).toEqual(['sold_out']);
});

test('an id that names no event is forgotten soon, and an event is not', async () => {
  const place = await openPlace(providedServices().redisUrl);
  await ask(place, 1);
  expect(await place.redis.pttl(place.stateKey)).toBeLessThanOrEqual(15_000);
  await settleNow(place);
  expect(await place.redis.pttl(place.stateKey)).toBeGreaterThan(60_000);
});
