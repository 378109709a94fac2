import { setTimeout as sleep } from 'node:timers/promises';
import { redisFlavours } from '@holdfast/testing';
import { describe, expect, test } from 'vitest';
import { ask, leaseOf, look, openerOn, settleNow, standing } from './fixture.ts';

describe.each(redisFlavours())('on $name', (flavour) => {
  const open = openerOn(flavour);

  test('a cold event is known afterwards', async () => {
    const place = await open();
    expect(await settleNow(place, { version: 7 })).toEqual({
      base: 3,
      free: 3,
      drift: 0,
      fenceCount: 0,
    });
    expect(await look(place)).toMatchObject({ version: 7, base: 3, limit: 4 });
  });

  test('a newer version sets everything', async () => {
    const place = await open();
    await settleNow(place);
    const change = { version: 2, availableSeats: 8, quantityPerBookingMax: 5 };
    expect(await settleNow(place, change)).toEqual({ base: 8, free: 8, drift: 0, fenceCount: 0 });
    expect(await look(place)).toMatchObject({ version: 2, base: 8, limit: 5 });
  });

  test('an older version changes nothing but the leases', async () => {
    const place = await open();
    await settleNow(place, { version: 5, availableSeats: 2 });
    const lease = leaseOf(2);
    await place.admission.admit(place.eventId, [lease]);
    const before = await look(place);
    const old = { version: 4, availableSeats: 9, quantityPerBookingMax: 1, refusableForMs: 0 };
    expect(await settleNow(place, old, [lease])).toEqual({
      base: 2,
      free: 2,
      drift: 0,
      fenceCount: 0,
    });
    const { version, base, limit, untilMs } = before ?? {};
    expect(await look(place)).toMatchObject({ version, base, limit, untilMs, leased: 0 });
  });

  test('the same version refreshes for how long a no may rest on it', async () => {
    const place = await open();
    await settleNow(place, { availableSeats: 0, refusableForMs: 20 });
    await sleep(30);
    expect(await ask(place, 1)).toEqual(['undecided']);
    expect(await settleNow(place, { availableSeats: 0 })).toEqual({
      base: 0,
      free: 0,
      drift: 0,
      fenceCount: 0,
    });
    expect(await ask(place, 1)).toEqual(['sold_out']);
  });

  test('the same version never shortens it: nothing came between the two readings', async () => {
    const place = await open();
    await settleNow(place, { availableSeats: 0 });
    await settleNow(place, { availableSeats: 0, refusableForMs: 0 });
    expect(await ask(place, 1)).toEqual(['sold_out']);
    await settleNow(place, { version: 2, availableSeats: 0, refusableForMs: 0 });
    expect(await ask(place, 1)).toEqual(['undecided']);
  });

  test('drift is by how much the same version was off, and is mended', async () => {
    const place = await open();
    await settleNow(place);
    await place.redis.hset(place.stateKey, 'base', 10);
    expect(await settleNow(place)).toEqual({ base: 3, free: 3, drift: 7, fenceCount: 0 });
    expect(await settleNow(place)).toMatchObject({ drift: 0 });
  });

  test('a lease goes when its seats are out of base, both at once', async () => {
    const place = await open();
    await settleNow(place);
    const lease = leaseOf(2);
    await place.admission.admit(place.eventId, [lease]);
    const settled = await settleNow(place, { version: 2, availableSeats: 1 }, [lease]);
    expect(settled).toEqual({ base: 1, free: 1, drift: 0, fenceCount: 0 });
  });

  test('a lease that is not there, or settled before, changes nothing', async () => {
    const place = await open();
    await settleNow(place);
    const [lease, other] = [leaseOf(2), leaseOf(1)];
    await place.admission.admit(place.eventId, [lease, other]);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const change = { version: 2, availableSeats: 1 };
      const settled = await settleNow(place, change, [lease, leaseOf(4), leaseOf(0)]);
      expect(settled).toEqual({ base: 1, free: 0, drift: 0, fenceCount: 0 });
    }
    expect(await look(place)).toMatchObject({ leaseCount: 1, leased: 1, leasedSeats: 1 });
  });

  test('free is negative where the leases claim more than PostgreSQL still has', async () => {
    const place = await open();
    await settleNow(place);
    await ask(place, 3);
    expect(await settleNow(place, { version: 2, availableSeats: 1 })).toMatchObject({ free: -2 });
  });

  test('a settled fence lets the no come back, with what its command left', async () => {
    const place = await open();
    await settleNow(place, { availableSeats: 0 });
    const fence = leaseOf(0);
    await place.admission.admit(place.eventId, [fence]);
    await settleNow(place, { version: 2, availableSeats: 1 }, [fence]);
    expect(await ask(place, 2, 1)).toEqual(['sold_out', 'admitted']);
  });

  test('what comes late says nothing any more', async () => {
    const place = await open({ limits: { noDurationMaxMs: 60 } });
    const { asOfMs } = await place.admission.admit(place.eventId, []);
    await sleep(80);
    const late = { standing: standing({ availableSeats: 0 }), asOfMs, leases: [] };
    await place.admission.settle(place.eventId, late);
    expect((await look(place))?.untilMs).toBe(asOfMs + 60);
    expect(await ask(place, 1)).toEqual(['undecided']);
  });

  test('what was read before the event got cold says nothing: there may have been fences', async () => {
    const place = await open();
    const sold = { availableSeats: 0 };
    await settleNow(place, sold);
    const { asOfMs } = await place.admission.admit(place.eventId, []);
    await place.redis.unlink(place.stateKey, place.leasesKey);
    await sleep(5);
    await place.admission.settle(place.eventId, { standing: standing(sold), asOfMs, leases: [] });
    expect(await look(place)).toMatchObject({ base: 0, untilMs: 0 });
    expect(await ask(place, 1)).toEqual(['undecided']);
    await settleNow(place, sold);
    expect(await ask(place, 1)).toEqual(['sold_out']);
  });

  test('how many of the fences that it dropped were live', async () => {
    const place = await open();
    const [fence, other] = [leaseOf(0), leaseOf(0)];
    await place.admission.admit(place.eventId, [fence, leaseOf(0)]);
    expect(await settleNow(place, {}, [fence, other])).toMatchObject({ fenceCount: 1 });
    expect(await settleNow(place, {}, [fence, other])).toMatchObject({ fenceCount: 0 });
  });

  test("a time ahead of Redis' own says no more than now", async () => {
    const place = await open();
    const asOfMs = (await place.admission.now()) + 3_600_000;
    const ahead = { standing: standing({ availableSeats: 0 }), asOfMs, leases: [] };
    await place.admission.settle(place.eventId, ahead);
    const now = await place.admission.now();
    expect((await look(place))?.untilMs).toBeLessThanOrEqual(now + 60_000);
    expect(await ask(place, 1)).toEqual(['sold_out']);
  });

  test('what is no standing, and too many leases, are refused before anything is sent', async () => {
    const place = await open();
    const asOfMs = await place.admission.now();
    const settle = (change: object, leases = [leaseOf(1)]) =>
      place.admission.settle(place.eventId, { standing: standing(change), asOfMs, leases });
    await expect(settle({ availableSeats: -1 })).rejects.toThrow(RangeError);
    await expect(settle({ version: 1.5 })).rejects.toThrow(RangeError);
    await expect(settle({ refusableForMs: Number.NaN })).rejects.toThrow(RangeError);
    const many = Array.from({ length: 501 }, () => leaseOf(1));
    await expect(settle({}, many)).rejects.toThrow(RangeError);
    expect(await look(place)).toBeUndefined();
  });
});
