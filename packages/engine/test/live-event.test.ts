import { describe, expect, test } from 'vitest';
import { EventNotFound, Overloaded } from '../src/faults.ts';
import type { LiveChange, LiveUpdate } from '../src/live/live-change.ts';
import { LiveEvent, missedCountMax } from '../src/live/live-event.ts';
import { Watcher, waitingChangeCountMax } from '../src/live/live-watcher.ts';

const eventId = '0197f6a0-0000-7000-8000-000000000001';

function change(version: number): LiveChange {
  return { version, status: 'on_sale', seatCount: 9, availableSeats: version % 9, heldSeats: 0 };
}

/** What PostgreSQL would have: every version up to the current one, but for those that are lost. */
function outboxAt(version: number) {
  const outbox = { version, readCount: 0, firstKept: 1, isAway: false };
  const failIfAway = () => {
    if (outbox.isAway) throw new Error('away');
  };
  const source = {
    current: async () => {
      failIfAway();
      return outbox.version === 0 ? null : change(outbox.version);
    },
    after: async ({ afterVersion: after, limit }: { afterVersion: number; limit: number }) => {
      failIfAway();
      outbox.readCount += 1;
      const first = Math.max(after + 1, outbox.firstKept);
      const count = Math.min(limit, Math.max(0, outbox.version + 1 - first));
      return Array.from({ length: count }, (_, index) => change(first + index));
    },
    onError: () => {},
  };
  return { outbox, source };
}

async function watch(event: LiveEvent, afterVersion: number | null = null) {
  const watcher = new Watcher(() => {});
  await event.ready;
  const first = await event.join(watcher, afterVersion);
  return { watcher, first };
}

const versionsOf = (update: LiveUpdate | null) => update?.changes.map(({ version }) => version);

const versionsBetween = (first: number, last: number) =>
  Array.from({ length: last + 1 - first }, (_, index) => first + index);

/** The next versions, as many, of however many updates. */
async function take(watcher: Watcher, count: number): Promise<readonly number[]> {
  const versions: number[] = [];
  while (versions.length < count) versions.push(...(versionsOf(await watcher.next()) ?? []));
  return versions;
}

describe('a watcher', () => {
  test('hears once that the event is gone, and nobody joins it after that', async () => {
    const { outbox, source } = outboxAt(7);
    // What is left of its feed has a gap, so that its present state is looked for.
    const event = new LiveEvent(eventId, { ...source, after: async () => [change(9)] });
    const { watcher } = await watch(event);
    outbox.version = 0;
    event.hear(change(9));
    await expect(watcher.next()).rejects.toThrow(EventNotFound);
    await expect(watch(event)).rejects.toThrow(EventNotFound);
    event.stop();
  });

  test('is told the current state first, and then every change', async () => {
    const { source } = outboxAt(7);
    const event = new LiveEvent(eventId, source);
    const { watcher, first } = await watch(event);
    expect(first).toEqual({ restarted: false, changes: [change(7)] });
    for (const version of [8, 9, 10]) event.hear(change(version));
    expect(await take(watcher, 3)).toEqual([8, 9, 10]);
    event.stop();
  });

  test('is told nothing twice, and nothing that is over', async () => {
    const { source } = outboxAt(7);
    const event = new LiveEvent(eventId, source);
    const { watcher } = await watch(event);
    for (const version of [6, 7, 8, 8, 7, 9]) event.hear(change(version));
    expect(await take(watcher, 2)).toEqual([8, 9]);
    event.stop();
  });

  test('begins anew after a gap in which PostgreSQL lost what it had told, and hears what comes then', async () => {
    const { outbox, source } = outboxAt(40);
    const event = new LiveEvent(eventId, source);
    const { watcher } = await watch(event);
    event.hear(change(41));
    expect(await take(watcher, 1)).toEqual([41]);
    outbox.version = 30;
    await event.readOn();
    expect(await watcher.next()).toEqual({ restarted: true, changes: [change(30)] });
    outbox.version = 31;
    event.hear(change(31));
    expect(await take(watcher, 1)).toEqual([31]);
    event.stop();
  });

  test('is told what was not heard, in its place', async () => {
    const { outbox, source } = outboxAt(7);
    const event = new LiveEvent(eventId, source);
    const { watcher } = await watch(event);
    outbox.version = 11;
    event.hear(change(11));
    expect(await take(watcher, 4)).toEqual([8, 9, 10, 11]);
    event.stop();
  });

  test('is told what was heard before the event was read, if that is newer', async () => {
    const { outbox, source } = outboxAt(7);
    const late = Promise.withResolvers<void>();
    const slow = { ...source, current: () => late.promise.then(() => change(7)) };
    const event = new LiveEvent(eventId, slow);
    event.hear(change(9));
    outbox.version = 9;
    late.resolve();
    const { watcher, first } = await watch(event);
    const told = [...(versionsOf(first) ?? [])];
    while ((told.at(-1) ?? 0) < 9) told.push(...(versionsOf(await watcher.next()) ?? []));
    expect([7, 8, 9].slice(-told.length)).toEqual(told);
    event.stop();
  });

  test('is told what came while the event was read, where a gap was told then', async () => {
    const { outbox, source } = outboxAt(5);
    const late = Promise.withResolvers<void>();
    const slow = { ...source, current: () => late.promise.then(() => change(5)) };
    const event = new LiveEvent(eventId, slow);
    outbox.version = 6;
    await event.readOn();
    late.resolve();
    const { watcher, first } = await watch(event);
    const told = [...(versionsOf(first) ?? [])];
    while (told.at(-1) === 5) told.push(...(versionsOf(await watcher.next()) ?? []));
    expect(told.at(-1)).toBe(6);
    event.stop();
  });

  test('is told what came while it was read on, where a gap was told then', async () => {
    const { outbox, source } = outboxAt(5);
    const late = Promise.withResolvers<void>();
    const after = async (asked: { afterVersion: number; limit: number }) => {
      const changes = await source.after(asked);
      await late.promise;
      return changes;
    };
    const event = new LiveEvent(eventId, { ...source, after });
    const { watcher } = await watch(event);
    outbox.version = 6;
    const reading = event.readOn();
    outbox.version = 7;
    const readingAgain = event.readOn();
    late.resolve();
    await Promise.all([reading, readingAgain]);
    expect(await take(watcher, 2)).toEqual([6, 7]);
    event.stop();
  });

  test('begins anew, and is told so, where too much was missed', async () => {
    const { outbox, source } = outboxAt(7);
    const event = new LiveEvent(eventId, source);
    const { watcher } = await watch(event);
    outbox.version = 7 + missedCountMax + 1;
    event.hear(change(outbox.version));
    expect(await watcher.next()).toEqual({ restarted: true, changes: [change(outbox.version)] });
    event.stop();
  });

  test('begins anew where what was missed is kept nowhere any more', async () => {
    const { outbox, source } = outboxAt(7);
    const event = new LiveEvent(eventId, source);
    const { watcher } = await watch(event);
    Object.assign(outbox, { version: 20, firstKept: 15 });
    event.hear(change(20));
    expect(await watcher.next()).toEqual({ restarted: true, changes: [change(20)] });
    event.stop();
  });

  test('is told what was missed while PostgreSQL was away, when it is back', async () => {
    const { outbox, source } = outboxAt(7);
    const event = new LiveEvent(eventId, source);
    const { watcher } = await watch(event);
    Object.assign(outbox, { version: 10, isAway: true });
    event.hear(change(10));
    await new Promise(setImmediate);
    outbox.isAway = false;
    void event.readOn();
    expect(await take(watcher, 3)).toEqual([8, 9, 10]);
    event.stop();
  });

  test('of an event that does not exist hears that', async () => {
    const event = new LiveEvent(eventId, outboxAt(0).source);
    await expect(event.ready).rejects.toMatchObject({ name: 'EventNotFound' });
  });
});

describe('a watcher that comes back', () => {
  test('is told what it missed', async () => {
    const event = new LiveEvent(eventId, outboxAt(7).source);
    const { first } = await watch(event, 4);
    expect(first).toEqual({ restarted: false, changes: [5, 6, 7].map(change) });
  });

  test('is told nothing when it missed nothing', async () => {
    const event = new LiveEvent(eventId, outboxAt(7).source);
    expect((await watch(event, 7)).first).toBeNull();
  });

  test('costs no read where what it missed was told a moment ago', async () => {
    const { outbox, source } = outboxAt(7);
    const event = new LiveEvent(eventId, source);
    await watch(event);
    event.hear(change(8));
    expect(versionsOf((await watch(event, 7)).first)).toEqual([8]);
    expect(outbox.readCount).toBe(0);
    event.stop();
  });

  test('with hundreds of others, from as many versions, costs one read, and misses nothing', async () => {
    const { outbox, source } = outboxAt(missedCountMax);
    const event = new LiveEvent(eventId, source);
    const versions = Array.from({ length: 300 }, (_, index) => index + 1);
    const all = await Promise.all(versions.map((version) => watch(event, version)));
    for (const [index, { first }] of all.entries()) {
      expect(versionsOf(first)).toEqual(versionsBetween(index + 2, missedCountMax));
    }
    expect(outbox.readCount).toBe(1);
    event.stop();
  });

  test('is told what it missed, and then what is there already but was not heard', async () => {
    const { outbox, source } = outboxAt(7);
    const event = new LiveEvent(eventId, source);
    await event.ready;
    outbox.version = 9;
    const { watcher, first } = await watch(event, 4);
    expect(first).toEqual({ restarted: false, changes: [5, 6, 7].map(change) });
    for (const version of [8, 9]) event.hear(change(version));
    expect(await take(watcher, 2)).toEqual([8, 9]);
    outbox.version = 12;
    event.hear(change(12));
    expect(await take(watcher, 3)).toEqual([10, 11, 12]);
    expect(versionsOf((await watch(event, 5)).first)).toEqual(versionsBetween(6, 12));
    event.stop();
  });

  test('begins anew where it missed too much', async () => {
    const event = new LiveEvent(eventId, outboxAt(missedCountMax + 2).source);
    const { first } = await watch(event, 1);
    expect(first).toEqual({ restarted: true, changes: [change(missedCountMax + 2)] });
  });

  test('and has heard more elsewhere, waits until this process has, too', async () => {
    const { outbox, source } = outboxAt(7);
    const event = new LiveEvent(eventId, source);
    await event.ready;
    outbox.version = 9;
    expect((await watch(event, 9)).first).toBeNull();
  });

  test('with a version that never was, begins anew', async () => {
    const event = new LiveEvent(eventId, outboxAt(7).source);
    expect((await watch(event, 99)).first).toEqual({ restarted: true, changes: [change(7)] });
  });
});

describe('one who does not take what it is told', () => {
  test('is dropped at the bound, and the others go on', async () => {
    const event = new LiveEvent(eventId, outboxAt(1).source);
    await event.ready;
    let droppedCount = 0;
    const slow = new Watcher(() => {
      droppedCount += 1;
    });
    await event.join(slow, null);
    const { watcher } = await watch(event);
    const last = 3 * waitingChangeCountMax;
    const told: number[] = [];
    for (let version = 2; version <= last; version += 1) {
      event.hear(change(version));
      if (version % missedCountMax === 2) told.push(...(versionsOf(await watcher.next()) ?? []));
    }
    told.push(...(await take(watcher, last - 1 - told.length)));
    expect(told).toEqual(Array.from({ length: last - 1 }, (_, index) => index + 2));
    expect(droppedCount).toBe(1);
    await expect(slow.next()).rejects.toBeInstanceOf(Overloaded);
    event.stop();
  });
});
