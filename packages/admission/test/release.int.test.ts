import { redisFlavours } from '@holdfast/testing';
import { describe, expect, test } from 'vitest';
import { ask, leaseOf, look, openerOn, settleNow, standing } from './fixture.ts';

describe.each(redisFlavours())('on $name', (flavour) => {
  const open = openerOn(flavour);

  test('a released lease is free again, once', async () => {
    const place = await open();
    await settleNow(place);
    const [lease, other] = [leaseOf(1), leaseOf(2)];
    await place.admission.admit(place.eventId, [lease, other]);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await place.admission.release(place.eventId, [lease, leaseOf(2)]);
      expect(await look(place)).toMatchObject({ leaseCount: 1, leased: 2, leasedSeats: 2 });
    }
    expect(await ask(place, 1)).toEqual(['admitted']);
  });

  test('a released lease leaves the no as it is', async () => {
    const place = await open();
    await settleNow(place, { availableSeats: 1 });
    const lease = leaseOf(1);
    await place.admission.admit(place.eventId, [lease]);
    await place.admission.release(place.eventId, [lease]);
    expect(await ask(place, 2)).toEqual(['sold_out']);
  });

  test('a released fence ends the no: nobody knows what its command did', async () => {
    const place = await open();
    const asOfMs = await place.admission.now();
    await settleNow(place, { availableSeats: 0 });
    const fence = leaseOf(0);
    await place.admission.admit(place.eventId, [fence]);
    await new Promise((resolve) => setTimeout(resolve, 2));
    await place.admission.release(place.eventId, [fence]);
    expect(await ask(place, 1)).toEqual(['undecided']);
    // A reading from before the release may be from before the command, too.
    const early = { standing: standing({ availableSeats: 0 }), asOfMs, leases: [] };
    await place.admission.settle(place.eventId, early);
    expect(await ask(place, 1)).toEqual(['undecided']);
    await settleNow(place, { availableSeats: 0 });
    expect(await ask(place, 1)).toEqual(['sold_out']);
  });

  test('a fence that was settled before is released without any effect', async () => {
    const place = await open();
    const fence = leaseOf(0);
    await place.admission.admit(place.eventId, [fence]);
    await settleNow(place, { availableSeats: 0 }, [fence]);
    await place.admission.release(place.eventId, [fence]);
    expect(await ask(place, 1)).toEqual(['sold_out']);
  });

  test('releasing on a cold event does nothing', async () => {
    const place = await open();
    await place.admission.release(place.eventId, [leaseOf(1), leaseOf(0)]);
    expect(await look(place)).toBeUndefined();
    expect(await ask(place, 1)).toEqual(['undecided']);
  });

  test('more than 500 are refused before anything is sent', async () => {
    const place = await open();
    const many = Array.from({ length: 501 }, () => leaseOf(1));
    await expect(place.admission.release(place.eventId, many)).rejects.toThrow(RangeError);
  });
});
