import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { redisFlavours } from '@holdfast/testing';
import { describe, expect, test } from 'vitest';
import { mastersOf } from '../src/redis-time.ts';
import { readScript } from '../src/script.ts';
import { ask, leaseOf, look, openerOn, settleNow } from './fixture.ts';

describe.each(redisFlavours())('on $name', (flavour) => {
  const open = openerOn(flavour);

  test('an event whose state was lost is cold, and its leases count again when it is warm', async () => {
    const place = await open();
    await settleNow(place);
    await ask(place, 2, 0);
    await place.redis.del(place.stateKey);
    expect(await ask(place, 1)).toEqual(['undecided']);
    await settleNow(place);
    expect(await look(place)).toMatchObject({ leased: 2, leasedSeats: 2, fenceCount: 1 });
    expect(await ask(place, 2, 1)).toEqual(['undecided', 'admitted']);
  });

  test('a fence outlives the loss of the state: nothing is sold out', async () => {
    const place = await open();
    await settleNow(place, { availableSeats: 0 });
    await ask(place, 0);
    await place.redis.del(place.stateKey);
    await settleNow(place, { availableSeats: 0 });
    expect(await ask(place, 1)).toEqual(['undecided']);
  });

  test('an event whose leases were lost has all seats of its base free', async () => {
    const place = await open();
    await settleNow(place);
    await ask(place, 3);
    await place.redis.del(place.leasesKey);
    expect(await ask(place, 3)).toEqual(['admitted']);
    expect(await look(place)).toMatchObject({ leased: 3, leasedSeats: 3 });
  });

  test('a fence that was lost ends the no, as a lapsed one', async () => {
    const place = await open();
    await settleNow(place, { availableSeats: 0 });
    await ask(place, 0);
    await place.redis.del(place.leasesKey);
    expect(await ask(place, 1)).toEqual(['undecided']);
    await settleNow(place, { availableSeats: 0 });
    expect(await ask(place, 1)).toEqual(['sold_out']);
  });

  test('an event that lost both is cold, and one settlement warms it', async () => {
    const place = await open();
    await settleNow(place, { version: 9 });
    await ask(place, 3);
    await place.redis.del(place.stateKey, place.leasesKey);
    expect(await ask(place, 1)).toEqual(['undecided']);
    await settleNow(place, { version: 2, availableSeats: 2 });
    expect(await ask(place, 2)).toEqual(['admitted']);
  });

  test('a reset event is cold for every version, and its leases stay', async () => {
    const place = await open();
    await settleNow(place, { version: 9 });
    await ask(place, 2);
    await place.admission.reset(place.eventId);
    await place.admission.reset(place.eventId);
    expect(await look(place)).toBeUndefined();
    expect(await ask(place, 1)).toEqual(['undecided']);
    expect(await settleNow(place, { version: 4 })).toEqual({
      base: 3,
      free: 1,
      drift: 0,
      fenceCount: 0,
    });
  });

  test('scripts that Redis forgot are sent again', async () => {
    const place = await open();
    await settleNow(place);
    for (const master of mastersOf(place.redis)) await master.script('FLUSH');
    expect(await ask(place, 1)).toEqual(['admitted']);
    for (const master of mastersOf(place.redis)) await master.script('FLUSH');
    await settleNow(place, { version: 2 });
    for (const master of mastersOf(place.redis)) await master.script('FLUSH');
    await place.admission.release(place.eventId, [leaseOf(1)]);
    await place.admission.noteActive([place.eventId]);
    expect(await place.admission.listActive(9)).toEqual([place.eventId]);
    expect(await look(place)).toMatchObject({ version: 2, leaseCount: 1 });
  });

  test("what Redis knows a script by is the file's own SHA", async () => {
    const place = await open();
    const [master] = mastersOf(place.redis);
    for (const name of ['reset-1', 'inspect-2', 'note-active-1', 'list-active-1']) {
      const file = readFileSync(new URL(`../src/lua/${name}.lua`, import.meta.url), 'utf8');
      const sha = createHash('sha1').update(file).digest('hex');
      expect(readScript(name).sha).toBe(sha);
      expect(await master?.script('LOAD', file)).toBe(sha);
    }
    // These begin with another file.
    for (const name of ['admit-2', 'settle-2', 'release-2']) {
      const { source, sha, keyCount } = readScript(name);
      expect(await master?.script('LOAD', source)).toBe(sha);
      expect(source).toContain('local function openEvent');
      expect(source).not.toContain('@include');
      expect(keyCount).toBe(2);
    }
  });

  test('other events and other prefixes see nothing of it', async () => {
    const [place, other] = await Promise.all([open(), open()]);
    await settleNow(place, { availableSeats: 0 });
    expect(await ask(other, 1)).toEqual(['undecided']);
    const found = await place.admission.inspect([other.eventId, place.eventId]);
    expect([...found.keys()]).toEqual([place.eventId]);
  });

  test('events are active for a while after they were noted, the newest first, and so many', async () => {
    const place = await open({ limits: { activeCountMax: 2 } });
    const [first = '', second = '', third = ''] = await Promise.all(
      [1, 2, 3].map(async () => (await open()).eventId),
    );
    for (const eventId of [first, second, third, second]) {
      await place.admission.noteActive([eventId]);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(await place.admission.listActive(9)).toEqual([second, third]);
    expect(await place.admission.listActive(1)).toEqual([second]);
    await place.admission.noteActive([]);
    await place.redis.zadd(`${place.prefix}:active-events`, 1, third);
    expect(await place.admission.listActive(9)).toEqual([second]);
  });

  test('what is no event id is refused before anything is sent', async () => {
    const place = await open();
    const forged = ['', '*', `${place.eventId}}:x`, place.eventId.toUpperCase(), '__proto__'];
    for (const eventId of forged) {
      const calls = [
        place.admission.admit(eventId, [leaseOf(1)]),
        place.admission.release(eventId, [leaseOf(1)]),
        place.admission.reset(eventId),
        place.admission.inspect([eventId]),
        place.admission.noteActive([eventId]),
      ];
      for (const call of calls) await expect(call).rejects.toThrow(RangeError);
    }
  });
});
