import { redisFlavours } from '@holdfast/testing';
import { describe, expect, test } from 'vitest';
import {
  ask,
  askTime,
  certaintyOf,
  letPass,
  look,
  openerOn,
  raise,
  settle,
  settleNow,
} from './fixture.ts';

describe.each(redisFlavours())('on $name', (flavour) => {
  const open = openerOn(flavour);

  test('a cold event is known afterwards', async () => {
    const place = await open();
    const asOfMs = await askTime(place);
    const told = { version: 7, availableSeats: 3, quantityPerBookingMax: 2, asOfMs };
    expect(await settle(place, told)).toEqual({ drift: 0 });
    const untilMs = asOfMs + 60_000;
    const known = { version: 7, free: 3, limit: 2, untilMs, fenceCount: 0 };
    expect(await look(place)).toEqual(known);
  });

  test('a newer version sets everything, a shorter no as well', async () => {
    const place = await open();
    await settleNow(place);
    const change = { version: 2, availableSeats: 8, quantityPerBookingMax: 5, refusableForMs: 0 };
    expect(await settleNow(place, change)).toEqual({ drift: 0 });
    expect(await ask(place)).toMatchObject({ free: 8, limit: 5, certainty: 'expired' });
  });

  test('an older version changes nothing but the fence', async () => {
    const place = await open();
    await settleNow(place, { version: 5, availableSeats: 2 });
    const before = await look(place);
    const fence = await raise(place);
    const old = { version: 4, availableSeats: 9, quantityPerBookingMax: 1, refusableForMs: 0 };
    expect(await settleNow(place, { ...old, fence })).toEqual({ drift: 0 });
    expect(await look(place)).toEqual(before);
    expect(await certaintyOf(place)).toBe('certain');
  });

  test('the same version renews for how long a refusal may rest on it', async () => {
    const place = await open();
    await settleNow(place);
    await letPass(place, 60_000);
    expect(await certaintyOf(place)).toBe('expired');
    expect(await settleNow(place)).toEqual({ drift: 0 });
    expect(await certaintyOf(place)).toBe('certain');
  });

  test('the same version never shortens it: nothing came between the two readings', async () => {
    const place = await open();
    await settleNow(place);
    await settleNow(place, { refusableForMs: 0 });
    expect(await certaintyOf(place)).toBe('certain');
  });

  test('drift is by how much the same version was off, and is fixed with the end of the no', async () => {
    const place = await open();
    await settleNow(place, { availableSeats: 3 });
    for (const free of [10, 1]) {
      await place.redis.hset(place.key, 'free', free);
      const told = { availableSeats: 3, refusableForMs: 0 };
      expect(await settleNow(place, told)).toEqual({ drift: Math.abs(free - 3) });
      expect(await ask(place)).toMatchObject({ free: 3, certainty: 'expired' });
    }
    expect(await settleNow(place, { availableSeats: 3 })).toEqual({ drift: 0 });
  });

  test('another version is no drift', async () => {
    const place = await open();
    await settleNow(place, { version: 5, availableSeats: 3 });
    expect(await settleNow(place, { version: 6, availableSeats: 1 })).toEqual({ drift: 0 });
    expect(await settleNow(place, { version: 2, availableSeats: 9 })).toEqual({ drift: 0 });
  });

  test('a lowered fence lets the no come back, with what its command left', async () => {
    const place = await open();
    await settleNow(place);
    const fence = await raise(place);
    await settleNow(place, { version: 2, availableSeats: 1, fence });
    expect(await ask(place)).toMatchObject({ free: 1, certainty: 'certain' });
  });

  test('what is settled beside a fence is known, and certain once that is lowered', async () => {
    const place = await open();
    const fence = await raise(place);
    await settleNow(place, { version: 3 });
    expect(await ask(place)).toMatchObject({ free: 0, certainty: 'unknown' });
    await settleNow(place, { version: 2, fence });
    expect(await ask(place)).toMatchObject({ free: 0, certainty: 'certain' });
  });

  test('a fence that nobody raised, or that was lowered before, is lowered without any effect', async () => {
    const place = await open();
    await settleNow(place);
    const fence = await raise(place);
    for (let time = 0; time < 3; time += 1) await settleNow(place, { fence });
    await settleNow(place, { fence: 'nobody-has-this' });
    expect(await certaintyOf(place)).toBe('certain');
  });

  test('a lapsed fence voids what was read before it was found, and no later reading', async () => {
    const place = await open();
    await settleNow(place);
    await raise(place);
    await letPass(place, 300_000);
    const asOfMs = await askTime(place);
    // Its command may have committed since.
    await settle(place, { asOfMs });
    await settle(place, { asOfMs });
    expect(await look(place)).toMatchObject({ untilMs: 0, fenceCount: 0 });
    expect(await certaintyOf(place)).toBe('expired');
    await letPass(place, 1);
    await settleNow(place);
    expect(await certaintyOf(place)).toBe('certain');
  });

  test('a lapsed fence is found by an older version, too, and voids what is known', async () => {
    const place = await open({ limits: { refusalDurationMaxMs: 900_000 } });
    await settleNow(place, { version: 5 });
    await raise(place);
    await letPass(place, 300_000);
    await settleNow(place, { version: 4 });
    expect(await certaintyOf(place)).toBe('expired');
  });

  test('a fence that is lowered after it lapsed was found by nobody, and voids all the same', async () => {
    const place = await open();
    await settleNow(place);
    const fence = await raise(place);
    await letPass(place, 300_000);
    const asOfMs = await askTime(place);
    await settle(place, { asOfMs, fence });
    expect(await certaintyOf(place)).toBe('expired');
  });

  test('only the lapsed one of two fences is taken away', async () => {
    const place = await open();
    await raise(place);
    await letPass(place, 200_000);
    const fence = await raise(place);
    await letPass(place, 200_000);
    await settleNow(place);
    expect(await look(place)).toMatchObject({ fenceCount: 1 });
    await letPass(place, 1);
    await settleNow(place, { fence });
    expect(await certaintyOf(place)).toBe('certain');
  });

  test('what comes late says nothing any more: its time is counted from before the reading', async () => {
    const place = await open();
    const asOfMs = (await askTime(place)) - 60_000;
    await letPass(place, 60_000);
    await settle(place, { asOfMs });
    expect(await look(place)).toMatchObject({ untilMs: asOfMs + 60_000 });
    expect(await certaintyOf(place)).toBe('expired');
  });

  test('a refusal ends when the standing says that it does, in whole milliseconds', async () => {
    const place = await open();
    for (const [version, refusableForMs] of [0, 0.9, 20_000.9, 70_000].entries()) {
      const asOfMs = await askTime(place);
      await settle(place, { version, refusableForMs, asOfMs });
      const forMs = Math.min(Math.floor(refusableForMs), 60_000);
      expect(await look(place)).toMatchObject({ version, untilMs: asOfMs + forMs });
      expect(await certaintyOf(place)).toBe(forMs === 0 ? 'expired' : 'certain');
    }
  });

  test('on a cold event a reading from before counts for nothing', async () => {
    const place = await open();
    const asOfMs = await place.admission.now();
    await settle(place, { asOfMs });
    expect(await look(place)).toMatchObject({ free: 0, untilMs: 0 });
    await letPass(place, 1);
    await settleNow(place);
    expect(await certaintyOf(place)).toBe('certain');
  });

  test("a time ahead of Redis' own says no more than now", async () => {
    const place = await open();
    const asOfMs = (await askTime(place)) + 3_600_000;
    await settle(place, { asOfMs });
    const now = await place.admission.now();
    expect((await look(place))?.untilMs).toBeLessThanOrEqual(now + 60_000);
    expect(await certaintyOf(place)).toBe('certain');
  });

  test.each([
    { what: 'an event', isFenced: false },
    { what: 'an event with a fence', isFenced: true },
  ])(
    'after the clock was set back by an hour, readings of $what soon count',
    async ({ isFenced }) => {
      const place = await open();
      await settleNow(place);
      if (isFenced) await raise(place);
      await letPass(place, -3_600_000);
      await settleNow(place);
      expect(await look(place)).toMatchObject({ untilMs: 0, fenceCount: 0 });
      await letPass(place, 1);
      await settleNow(place);
      expect(await certaintyOf(place)).toBe('certain');
    },
  );

  test('after the clock was set back by hardly anything, what was read before a loss counts no more than before', async () => {
    const place = await open();
    const setBackMs = 10_000;
    const asOfMs = (await askTime(place)) - 1 + setBackMs;
    await letPass(place, -setBackMs);
    await settleNow(place);
    await settle(place, { asOfMs });
    expect(await certaintyOf(place)).toBe('expired');
  });

  test('a clock that was set back by less than a fence lives takes no fence away', async () => {
    const place = await open();
    await settleNow(place);
    await letPass(place, -290_000);
    await raise(place);
    await settleNow(place);
    expect(await look(place)).toMatchObject({ fenceCount: 1 });
  });

  test('the largest version and seats that may be are kept to the last digit', async () => {
    const place = await open();
    const version = Number.MAX_SAFE_INTEGER;
    await settleNow(place, { version, availableSeats: 2 ** 31 - 1 });
    expect(await look(place)).toMatchObject({ version, free: 2 ** 31 - 1 });
    await settleNow(place, { version: version - 1 });
    expect(await look(place)).toMatchObject({ version, free: 2 ** 31 - 1 });
  });

  test('what is no standing, no time or no fence is refused before anything is sent', async () => {
    const place = await open();
    const asOfMs = await place.admission.now();
    const wrong = [
      { availableSeats: -1 },
      { version: 1.5 },
      { quantityPerBookingMax: Number.POSITIVE_INFINITY },
      { refusableForMs: Number.NaN },
      { refusableForMs: -1 },
      { asOfMs: -1 },
      { asOfMs: asOfMs + 0.5 },
      { fence: 'a b' },
      { fence: '*' },
    ];
    for (const told of wrong) {
      await expect(settle(place, { asOfMs, ...told })).rejects.toThrow(RangeError);
    }
    const forged = { ...place, eventId: place.eventId.toUpperCase() };
    await expect(settle(forged, { asOfMs })).rejects.toThrow(RangeError);
    expect(await place.redis.exists(place.key)).toBe(0);
  });
});
