import { setTimeout as sleep } from 'node:timers/promises';
import { redisFlavours } from '@holdfast/testing';
import { describe, expect, test } from 'vitest';
import { ask, leaseOf, look, openerOn, settleNow } from './fixture.ts';

describe.each(redisFlavours())('on $name', (flavour) => {
  const open = openerOn(flavour);

  test('of a cold event nobody knows anything', async () => {
    const place = await open();
    const { verdicts, base, limit, noForMs } = await place.admission.admit(place.eventId, [
      leaseOf(1),
      leaseOf(2),
    ]);
    expect({ verdicts, base, limit, noForMs }).toEqual({
      verdicts: ['undecided', 'undecided'],
      base: null,
      limit: null,
      noForMs: 0,
    });
  });

  test('leases weigh by their quantity, in the order of arrival', async () => {
    const place = await open();
    await settleNow(place, { availableSeats: 5 });
    // 3 leaves 2, which 3 does not fit into and 2 does.
    expect(await ask(place, 3, 3, 2, 1)).toEqual([
      'admitted',
      'undecided',
      'admitted',
      'undecided',
    ]);
    expect(await look(place)).toMatchObject({ leaseCount: 2, leased: 5, leasedSeats: 5, base: 5 });
  });

  test('leases in the way refuse nobody', async () => {
    const place = await open();
    await settleNow(place, { availableSeats: 2 });
    expect(await ask(place, 2)).toEqual(['admitted']);
    expect(await ask(place, 1, 2)).toEqual(['undecided', 'undecided']);
  });

  test('more than base has is sold out, and what fits is admitted beside it', async () => {
    const place = await open();
    await settleNow(place, { availableSeats: 1 });
    const { verdicts, base, limit, asOfMs, noForMs } = await place.admission.admit(place.eventId, [
      leaseOf(2),
      leaseOf(1),
    ]);
    expect({ verdicts, base, limit, noForMs }).toEqual({
      verdicts: ['sold_out', 'admitted'],
      base: 1,
      limit: 4,
      noForMs: 50,
    });
    expect(asOfMs).toBeLessThanOrEqual(await place.admission.now());
  });

  test('more than one booking may have is for PostgreSQL to refuse, for another reason', async () => {
    const place = await open();
    await settleNow(place, { availableSeats: 0, quantityPerBookingMax: 2 });
    expect(await ask(place, 2, 3)).toEqual(['sold_out', 'undecided']);
  });

  test('a live lease is admitted again, and counts once', async () => {
    const place = await open();
    await settleNow(place, { availableSeats: 2 });
    const lease = leaseOf(2);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const { verdicts } = await place.admission.admit(place.eventId, [lease, lease]);
      expect(verdicts).toEqual(['admitted', 'admitted']);
    }
    expect(await look(place)).toMatchObject({ leaseCount: 1, leased: 2 });
  });

  test('a lease that is asked for again lives on', async () => {
    const place = await open();
    await settleNow(place);
    const lease = leaseOf(2);
    const first = await place.admission.admit(place.eventId, [lease]);
    await sleep(5);
    const again = await place.admission.admit(place.eventId, [lease]);
    expect(again.asOfMs).toBeGreaterThan(first.asOfMs);
    const expiry = await place.redis.zscore(place.leasesKey, `${lease.leaseId}:2`);
    expect(Number(expiry)).toBe(again.asOfMs + 60_000);
  });

  test('a lapsed lease weighs nothing', async () => {
    const place = await open({ limits: { leaseDurationMs: 30 } });
    await settleNow(place, { availableSeats: 2 });
    expect(await ask(place, 2)).toEqual(['admitted']);
    await sleep(60);
    expect(await look(place)).toMatchObject({ leaseCount: 0, leasedSeats: 0 });
    expect(await ask(place, 2)).toEqual(['admitted']);
    expect(await look(place)).toMatchObject({ leased: 2 });
  });

  test('one call drops so many lapsed leases and no more, and the next one goes on', async () => {
    const place = await open({ limits: { leaseDurationMs: 30, lapsedCountMax: 2 } });
    await settleNow(place, { availableSeats: 5 });
    await ask(place, 1, 1, 1, 1, 1);
    await sleep(60);
    expect(await ask(place, 4)).toEqual(['undecided']);
    expect(await ask(place, 4)).toEqual(['admitted']);
  });

  test('while a fence is live nothing is sold out', async () => {
    const place = await open();
    await settleNow(place, { availableSeats: 0 });
    expect(await ask(place, 1, 0, 1)).toEqual(['sold_out', 'admitted', 'undecided']);
    expect(await ask(place, 1)).toEqual(['undecided']);
    expect(await look(place)).toMatchObject({ fenceCount: 1, leased: 0 });
  });

  test('a fence takes no seat, and is admitted whatever is known', async () => {
    const place = await open();
    expect(await ask(place, 0)).toEqual(['admitted']);
    await settleNow(place, { availableSeats: 1 });
    expect(await ask(place, 0, 1)).toEqual(['admitted', 'admitted']);
  });

  test('a lapsed fence ends the no, until PostgreSQL was asked again', async () => {
    const place = await open({ limits: { leaseDurationMs: 30 } });
    const asOfMs = await place.admission.now();
    await settleNow(place, { availableSeats: 0 });
    await ask(place, 0);
    await sleep(60);
    expect(await ask(place, 1)).toEqual(['undecided']);
    // Read before the fence lapsed: its command may have committed since.
    const old = { version: 1, availableSeats: 0, quantityPerBookingMax: 4, refusableForMs: 9_999 };
    await place.admission.settle(place.eventId, { standing: old, asOfMs, leases: [] });
    expect(await ask(place, 1)).toEqual(['undecided']);
    await settleNow(place, { availableSeats: 0 });
    expect(await ask(place, 1)).toEqual(['sold_out']);
  });

  test('a no is as old as the limit says, and no older', async () => {
    const [long, short] = await Promise.all([open(), open({ limits: { noDurationMaxMs: 20 } })]);
    for (const place of [long, short]) await settleNow(place, { availableSeats: 0 });
    await sleep(30);
    expect(await ask(long, 1)).toEqual(['sold_out']);
    expect(await ask(short, 1)).toEqual(['undecided']);
  });

  test('a no ends when the standing says that it does', async () => {
    const place = await open();
    await settleNow(place, { availableSeats: 0, refusableForMs: 0 });
    expect(await ask(place, 1)).toEqual(['undecided']);
    await settleNow(place, { version: 2, availableSeats: 0, refusableForMs: 20_000.9 });
    expect(await ask(place, 1)).toEqual(['sold_out']);
    await settleNow(place, { version: 3, availableSeats: 0, refusableForMs: 20.9 });
    await sleep(30);
    expect(await ask(place, 1)).toEqual(['undecided']);
  });

  test('a no is repeated only where one was said, and not for longer than it holds', async () => {
    const place = await open({ limits: { noRepeatMs: 60_000 } });
    await settleNow(place, { availableSeats: 1 });
    const admitted = await place.admission.admit(place.eventId, [leaseOf(1)]);
    expect(admitted.noForMs).toBe(0);
    const settled = await place.admission.now();
    const change = {
      availableSeats: 0,
      refusableForMs: 9_000,
      quantityPerBookingMax: 4,
      version: 2,
    };
    await place.admission.settle(place.eventId, { standing: change, asOfMs: settled, leases: [] });
    const { noForMs, asOfMs } = await place.admission.admit(place.eventId, [leaseOf(1)]);
    expect(asOfMs + noForMs).toBe(settled + 9_000);
  });

  test('a fence waits for as long as a no may be repeated', async () => {
    const place = await open({ limits: { noRepeatMs: 60_000 } });
    await settleNow(place, { availableSeats: 0 });
    const no = await place.admission.admit(place.eventId, [leaseOf(1)]);
    const fence = await place.admission.admit(place.eventId, [leaseOf(0)]);
    expect(fence.asOfMs + fence.waitMs).toBe(no.asOfMs + 60_000);
  });

  test('a fence waits for nothing where no no may be repeated any more', async () => {
    const place = await open({ limits: { noRepeatMs: 20 } });
    await settleNow(place, { availableSeats: 0 });
    await sleep(30);
    const first = await place.admission.admit(place.eventId, [leaseOf(0)]);
    expect(first.waitMs).toBe(0);
    await settleNow(place, { availableSeats: 0 });
    await ask(place, 1);
    await sleep(30);
    const second = await place.admission.admit(place.eventId, [leaseOf(0)]);
    expect(second.waitMs).toBe(0);
  });

  test('a fence on a cold event waits: a no may have been said before it got cold', async () => {
    const place = await open({ limits: { noRepeatMs: 20 } });
    const { waitMs } = await place.admission.admit(place.eventId, [leaseOf(0)]);
    expect(waitMs).toBe(20);
  });

  test('a no and a fence in one call: nobody repeats the no, and the fence waits all the same', async () => {
    const place = await open();
    await settleNow(place, { availableSeats: 0 });
    const { verdicts, noForMs, waitMs } = await place.admission.admit(place.eventId, [
      leaseOf(1),
      leaseOf(0),
    ]);
    expect({ verdicts, noForMs, waitMs }).toEqual({
      verdicts: ['sold_out', 'admitted'],
      noForMs: 0,
      waitMs: 50,
    });
  });

  test('more leases than there may be are undecided, and fences are not', async () => {
    const place = await open({ limits: { leaseCountMax: 2 } });
    await settleNow(place, { availableSeats: 9 });
    expect(await ask(place, 1, 1, 1, 0)).toEqual(['admitted', 'admitted', 'undecided', 'admitted']);
  });

  test("a clock of Redis' that was set back keeps no event sold out", async () => {
    const place = await open();
    await settleNow(place, { availableSeats: 0 });
    const hourAhead = (await place.admission.now()) + 3_600_000;
    await place.redis.hset(place.stateKey, { until: hourAhead, refusedAt: hourAhead });
    const { verdicts, waitMs } = await place.admission.admit(place.eventId, [leaseOf(1)]);
    expect({ verdicts, waitMs }).toEqual({ verdicts: ['undecided'], waitMs: 50 });
  });

  test('500 asks are one call, and 501 are refused before anything is sent', async () => {
    const place = await open();
    await settleNow(place, { availableSeats: 1_000 });
    const asks = Array.from({ length: 501 }, () => leaseOf(2));
    const { verdicts } = await place.admission.admit(place.eventId, asks.slice(1));
    expect(verdicts.filter((verdict) => verdict === 'admitted')).toHaveLength(500);
    await expect(place.admission.admit(place.eventId, asks)).rejects.toThrow(RangeError);
    expect(await look(place)).toMatchObject({ leaseCount: 500, leased: 1_000 });
  });

  test('the keys of an event that nobody asks for any more go away', async () => {
    const place = await open();
    await settleNow(place);
    await ask(place, 1);
    for (const key of [place.stateKey, place.leasesKey]) {
      const leftMs = await place.redis.pttl(key);
      expect(leftMs).toBeGreaterThan(9 * 60_000);
      expect(leftMs).toBeLessThanOrEqual(10 * 60_000);
    }
  });
});
