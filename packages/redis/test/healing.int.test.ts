import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { redisFlavours } from '@holdfast/testing';
import { describe, expect, test } from 'vitest';
import { mastersOf } from '../src/redis-time.ts';
import { readScript } from '../src/script.ts';
import {
  anotherEvent,
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

  test('an event that was lost is cold, and its next reading warms it', async () => {
    const place = await open();
    await settleNow(place, { version: 9 });
    await place.redis.del(place.key);
    expect(await ask(place)).toMatchObject({ free: null, certainty: 'unknown' });
    await settleNow(place, { version: 9 });
    expect(await certaintyOf(place)).toBe('certain');
  });

  test.each(['first', 'after somebody asked'])(
    'what was read before the loss says nothing, settled %s',
    async (when) => {
      const place = await open();
      await settleNow(place);
      const asOfMs = (await askTime(place)) - 1;
      await letPass(place, 1);
      await place.redis.del(place.key);
      if (when !== 'first') await ask(place);
      await settle(place, { asOfMs });
      expect(await ask(place)).toMatchObject({ free: 0, certainty: 'expired' });
      await letPass(place, 1);
      await settleNow(place);
      expect(await certaintyOf(place)).toBe('certain');
    },
  );

  test('a fence that was lost is lowered without any effect', async () => {
    const place = await open();
    const fence = await raise(place);
    await place.redis.del(place.key);
    await settleNow(place, { version: 2, availableSeats: 1, fence });
    expect(await ask(place)).toMatchObject({ free: 1, certainty: 'certain' });
  });

  test('a forgotten event is cold for every version, and so it stays', async () => {
    const place = await open();
    await settleNow(place, { version: 9 });
    await place.admission.forget(place.eventId);
    await place.admission.forget(place.eventId);
    expect(await look(place)).toBeUndefined();
    expect(await settleNow(place, { version: 4, availableSeats: 3 })).toEqual({ drift: 0 });
    expect(await look(place)).toMatchObject({ version: 4, free: 3 });
  });

  test('an event whose time ran out is forgotten, and each settle gives it all of its time', async () => {
    const place = await open();
    await settleNow(place);
    await letPass(place, 3_599_000);
    await settleNow(place);
    await letPass(place, 3_599_000);
    expect(await look(place)).toMatchObject({ version: 1 });
    await letPass(place, 2_000);
    expect(await look(place)).toBeUndefined();
  });

  test("what Redis knows a script by is the file's own SHA", async () => {
    const { redis } = await open();
    const [master] = mastersOf(redis);
    for (const name of ['ask-1', 'settle-1']) {
      const file = readFileSync(new URL(`../src/lua/${name}.lua`, import.meta.url), 'utf8');
      const sha = createHash('sha1').update(file).digest('hex');
      expect(readScript(name)).toEqual({ source: file, sha, keyCount: 1 });
      expect(await master?.script('LOAD', file)).toBe(sha);
    }
  });

  test('other events and other prefixes see nothing of it', async () => {
    const [place, stranger] = await Promise.all([open(), open()]);
    await settleNow(place);
    const elsewhere = { ...stranger, eventId: place.eventId };
    for (const other of [anotherEvent(place), elsewhere]) {
      expect(await certaintyOf(other)).toBe('unknown');
      expect(await look(other)).toBeUndefined();
    }
  });

  test('a look at 500 events finds those that are known, and 501 are refused before anything is sent', async () => {
    const place = await open();
    await settleNow(place, { version: 7, availableSeats: 2 });
    await raise(place);
    const cold = anotherEvent(place);
    await ask(cold);
    const others = Array.from({ length: 498 }, () => randomUUID());
    const found = await place.admission.inspect([cold.eventId, ...others, place.eventId]);
    expect([...found.keys()]).toEqual([place.eventId]);
    expect(found.get(place.eventId)).toMatchObject({
      version: 7,
      free: 2,
      limit: 4,
      fenceCount: 1,
    });
    const many = Array.from({ length: 501 }, () => randomUUID());
    await expect(place.admission.inspect(many)).rejects.toThrow(RangeError);
  });

  test('what is no event id is neither looked at nor forgotten', async () => {
    const { admission, eventId } = await open();
    for (const forged of ['', '*', `${eventId}}:x`, eventId.toUpperCase(), '__proto__']) {
      await expect(admission.forget(forged)).rejects.toThrow(RangeError);
      await expect(admission.inspect([eventId, forged])).rejects.toThrow(RangeError);
    }
  });
});
