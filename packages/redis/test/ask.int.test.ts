import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { redisFlavours } from '@holdfast/testing';
import { describe, expect, test } from 'vitest';
import { admissionLimits } from '../src/limits.ts';
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

  test('of a cold event nothing is certain', async () => {
    const place = await open();
    const unknown = { free: null, limit: null, certainty: 'unknown' };
    expect(await ask(place)).toMatchObject(unknown);
    expect(await ask(place)).toMatchObject(unknown);
    expect(await look(place)).toBeUndefined();
  });

  test('what PostgreSQL has just said is certain, with the seats and the limit that it had', async () => {
    const place = await open();
    await settleNow(place, { availableSeats: 2, quantityPerBookingMax: 5 });
    const { asOfMs, ...heard } = await ask(place);
    expect(heard).toEqual({ free: 2, limit: 5, certainty: 'certain' });
    expect(asOfMs).toBeLessThanOrEqual(await place.admission.now());
  });

  test('no seat and no limit are numbers as well', async () => {
    const place = await open();
    await settleNow(place, { availableSeats: 0, quantityPerBookingMax: 0 });
    expect(await ask(place)).toMatchObject({ free: 0, limit: 0, certainty: 'certain' });
  });

  test('a refusal is as old as the limit says and no older, by the clock of Redis', async () => {
    const [long, short] = await Promise.all([
      open(),
      open({ limits: { refusalDurationMaxMs: 20 } }),
    ]);
    for (const place of [long, short]) await settleNow(place);
    await sleep(30);
    expect(await certaintyOf(long)).toBe('certain');
    expect(await certaintyOf(short)).toBe('expired');
  });

  test('a refusal ends at its very millisecond', async () => {
    const place = await open();
    await settleNow(place);
    await place.redis.hset(place.key, 'until', await askTime(place));
    expect(await certaintyOf(place)).toBe('expired');
  });

  test('where the no is over, the seats are still told', async () => {
    const place = await open();
    await settleNow(place, { availableSeats: 2 });
    await letPass(place, 60_000);
    expect(await ask(place)).toMatchObject({ free: 2, limit: 4, certainty: 'expired' });
  });

  test('a fence is raised by the question itself, and while it stands nothing is certain', async () => {
    const place = await open();
    await settleNow(place);
    expect(await place.admission.ask(place.eventId, randomUUID())).toMatchObject({
      free: 0,
      certainty: 'unknown',
    });
    expect(await certaintyOf(place)).toBe('unknown');
    expect(await look(place)).toMatchObject({ fenceCount: 1 });
  });

  test('a fence is raised whatever is known', async () => {
    const place = await open();
    await raise(place);
    await settleNow(place);
    expect(await certaintyOf(place)).toBe('unknown');
  });

  test('the same fence raised twice is one, and lives on', async () => {
    const place = await open();
    const fence = randomUUID();
    await place.admission.ask(place.eventId, fence);
    await letPass(place, 200_000);
    await place.admission.ask(place.eventId, fence);
    await letPass(place, 200_000);
    await settleNow(place);
    expect(await look(place)).toMatchObject({ fenceCount: 1 });
    await settleNow(place, { fence });
    expect(await certaintyOf(place)).toBe('certain');
  });

  test('of two fences of two processes each stands by itself', async () => {
    const here = await open();
    const there = { ...(await open({ prefix: here.prefix })), eventId: here.eventId };
    await settleNow(here);
    const [fence, other] = [await raise(here), await raise(there)];
    await settleNow(here, { fence });
    expect(await certaintyOf(here)).toBe('unknown');
    await settleNow(there, { fence: other });
    expect(await certaintyOf(here)).toBe('certain');
  });

  test('a fence that lapsed and was not found yet bars every no', async () => {
    const place = await open();
    await settleNow(place);
    await raise(place);
    await letPass(place, 300_000);
    // What a process sets that has not found it, as a script of an older version might be.
    await place.redis.hset(place.key, 'until', (await askTime(place)) + 60_000);
    expect(await certaintyOf(place)).toBe('unknown');
  });

  test('a fence lives for as long as the limit says, by the clock of Redis', async () => {
    const [long, short] = await Promise.all([open(), open({ limits: { fenceDurationMs: 20 } })]);
    for (const place of [long, short]) {
      await settleNow(place);
      await raise(place);
    }
    await sleep(30);
    for (const place of [long, short]) await settleNow(place);
    expect(await look(long)).toMatchObject({ fenceCount: 1 });
    expect(await look(short)).toMatchObject({ fenceCount: 0 });
  });

  test('more fences than there may be share one, that nobody lowers', async () => {
    const place = await open({ limits: { fenceCountMax: 2 } });
    const fences = [];
    for (let count = 0; count < 5; count += 1) fences.push(await raise(place));
    expect(await place.redis.hkeys(place.key)).toHaveLength(1 + 2 + 1);
    for (const fence of fences) await settleNow(place, { fence });
    expect(await look(place)).toMatchObject({ fenceCount: 1 });
    expect(await certaintyOf(place)).toBe('unknown');
    await letPass(place, 300_000);
    await settleNow(place);
    await letPass(place, 1);
    await settleNow(place);
    expect(await certaintyOf(place)).toBe('certain');
  });

  test('a fence that was raised before there were too many stays its own', async () => {
    const place = await open({ limits: { fenceCountMax: 2 } });
    const [fence, other] = [await raise(place), await raise(place)];
    await place.admission.ask(place.eventId, fence);
    for (const each of [fence, other]) await settleNow(place, { fence: each });
    expect(await certaintyOf(place)).toBe('certain');
  });

  test('a thousand commands that PostgreSQL never answered leave no more than there may be', async () => {
    const place = await open();
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(Array.from({ length: 100 }, () => raise(place)));
    }
    const { fenceCountMax } = admissionLimits;
    expect(await place.redis.hlen(place.key)).toBe(1 + fenceCountMax + 1);
    await letPass(place, 300_000);
    await settleNow(place);
    await letPass(place, 1);
    await settleNow(place);
    expect(await certaintyOf(place)).toBe('certain');
  });

  test('a fence outlives the end that its key had before', async () => {
    const place = await open();
    await ask(place);
    await letPass(place, 899_000);
    const fence = await raise(place);
    await letPass(place, 299_000);
    await settleNow(place);
    expect(await certaintyOf(place)).toBe('unknown');
    await settleNow(place, { fence });
    expect(await certaintyOf(place)).toBe('certain');
  });

  test('of an event that was known long ago a fence is kept as well', async () => {
    const place = await open();
    await settleNow(place);
    await letPass(place, 3_599_000);
    await raise(place);
    await letPass(place, 299_000);
    expect(await look(place)).toMatchObject({ fenceCount: 1 });
  });

  test('a fence shortens nobody’s life: what is known stays for as long as before', async () => {
    const place = await open();
    await settleNow(place);
    await raise(place);
    expect(await place.redis.pttl(place.key)).toBeGreaterThan(3_500_000);
  });

  test('an id that names no event is forgotten after 15 s, and questions do not keep it', async () => {
    const place = await open({ limits: admissionLimits });
    await ask(place);
    await letPass(place, 10_000);
    await ask(place);
    const leftMs = await place.redis.pttl(place.key);
    expect(leftMs).toBeGreaterThan(0);
    expect(leftMs).toBeLessThanOrEqual(5_000);
    await settleNow(place);
    expect(await place.redis.pttl(place.key)).toBeGreaterThan(9 * 60_000);
    expect(await place.redis.pttl(place.key)).toBeLessThanOrEqual(10 * 60_000);
  });

  test('the first question of a cold event is early enough for its own reading', async () => {
    const place = await open();
    const asOfMs = await askTime(place);
    await sleep(2);
    await ask(place);
    await settle(place, { asOfMs });
    expect(await certaintyOf(place)).toBe('certain');
  });

  test("a clock of Redis' that was set back keeps no event sold out", async () => {
    const place = await open();
    await settleNow(place);
    await letPass(place, -3_600_000);
    expect(await certaintyOf(place)).toBe('unknown');
  });

  test('what is no event id, or no fence, is refused before anything is sent', async () => {
    const place = await open();
    for (const fence of ['', '*', 'a:b', 'x'.repeat(129)]) {
      await expect(place.admission.ask(place.eventId, fence)).rejects.toThrow(RangeError);
    }
    for (const eventId of ['', '*', `${place.eventId}}:x`, place.eventId.toUpperCase()]) {
      await expect(place.admission.ask(eventId, null)).rejects.toThrow(RangeError);
    }
    expect(await place.redis.exists(place.key)).toBe(0);
  });
});
