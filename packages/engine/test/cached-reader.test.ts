import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { awayMsMax, type CachedEntry, cacheClock, type Need } from '../src/reads/cached-entry.ts';
import { Overloaded } from '../src/faults.ts';
import { CachedReader, type ReadFrom } from '../src/reads/cached-reader.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** What anybody asks now who asks for nothing in particular. */
function lax(): Need {
  return {
    askedAt: cacheClock(),
    maxAgeMs: null,
    versionMin: 0,
    checkedSince: 0,
    caller: 'user ada',
    isShared: false,
    absenceMsMax: 0,
  };
}

/** A reader of what is `source.value` now, or of nothing while that is away. */
function readerOf(source: { value: string | Error }) {
  const froms: ReadFrom[] = [];
  const reader = new CachedReader<string>({
    entryCountMax: 2,
    load: async (): Promise<CachedEntry<string>> => {
      const now = cacheClock();
      if (source.value instanceof Error) throw source.value;
      return { value: source.value, readAt: now, checkedAt: now, version: 1, from: 'database' };
    },
    refuseIfFull: () => {},
    turnOf: async () => {},
    onRead: (from) => void froms.push(from),
  });
  const read = (key = 'a', need: Partial<Need> = {}) => reader.read(key, { ...lax(), ...need });
  return { read, froms };
}

const away = new Error('PostgreSQL is away.');

describe('that there is no such thing', () => {
  /** A reader of nothing, until there is something. */
  function readerOfNothing() {
    const source = { value: null as string | null, loadCount: 0 };
    const reader = new CachedReader<string>({
      entryCountMax: 2,
      load: async (): Promise<CachedEntry<string | null>> => {
        const now = cacheClock();
        source.loadCount += 1;
        const { value } = source;
        await new Promise(setImmediate);
        return { value, readAt: now, checkedAt: now, version: 0, from: 'database' };
      },
      refuseIfFull: () => {},
      turnOf: async () => {},
      onRead: () => {},
    });
    const read = (need: Partial<Need> = {}) =>
      reader.read('a', { ...lax(), absenceMsMax: 500, ...need });
    return { source, reader, read };
  }

  test.each<[string, (reader: CachedReader<string>) => void]>([
    ['everything is forgotten', (reader) => reader.forgetAll()],
    ['it is heard of', (reader) => reader.forgetBefore('a', 1)],
  ])('is the answer, too, where %s while it is looked for', async (_what, forget) => {
    const { reader, read } = readerOfNothing();
    const reading = [read(), read()];
    forget(reader);
    expect(await Promise.all(reading)).toEqual([null, null]);
  });

  test.each<[string, (reader: CachedReader<string>) => void]>([
    ['everything is forgotten', (reader) => reader.forgetAll()],
    ['it is heard of', (reader) => reader.forgetBefore('a', 1)],
  ])('is the answer, too, where %s however soon after it was found', async (_what, forget) => {
    for (let turnCount = 0; turnCount < 12; turnCount += 1) {
      const found = Promise.withResolvers<void>();
      const reader = new CachedReader<string>({
        entryCountMax: 2,
        load: async (): Promise<CachedEntry<string | null>> => {
          const now = cacheClock();
          await found.promise;
          return { value: null, readAt: now, checkedAt: now, version: 0, from: 'database' };
        },
        refuseIfFull: () => {},
        turnOf: async () => {},
        onRead: () => {},
      });
      const reading = reader.read('a', lax());
      found.resolve();
      for (let turn = 0; turn < turnCount; turn += 1) await Promise.resolve();
      forget(reader);
      expect(await reading).toBe(null);
    }
  });

  test('is remembered for a moment, and not longer', async () => {
    const { source, read } = readerOfNothing();
    expect([await read(), await read()]).toEqual([null, null]);
    expect(source.loadCount).toBe(1);
    source.value = 'new';
    vi.advanceTimersByTime(501);
    expect(await read()).toBe('new');
  });

  test('is looked at anew for who may have made it, and for who says how old an answer may be', async () => {
    const { source, read } = readerOfNothing();
    await read();
    vi.advanceTimersByTime(100);
    source.value = 'new';
    expect(await read()).toBeNull();
    expect(await read({ maxAgeMs: 50 })).toBe('new');
    const other = readerOfNothing();
    await other.read();
    vi.advanceTimersByTime(100);
    other.source.value = 'new';
    expect(await other.read({ absenceMsMax: 0 })).toBe('new');
  });

  test('is forgotten when there is', async () => {
    const { source, reader, read } = readerOfNothing();
    await read();
    source.value = 'new';
    reader.forgetBefore('a', 1);
    expect(await read()).toBe('new');
  });

  test('is not said by a read that began before it was asked for', async () => {
    const { source, read } = readerOfNothing();
    const before = read();
    vi.advanceTimersByTime(10);
    source.value = 'new';
    const after = read({ absenceMsMax: 0 });
    expect([await before, await after]).toEqual([null, 'new']);
  });
});

test('one who shares the read of another that may not have it, reads for itself', async () => {
  let loadCount = 0;
  const reader = new CachedReader<string>({
    entryCountMax: 2,
    load: async (): Promise<CachedEntry<string>> => {
      loadCount += 1;
      const isFirst = loadCount === 1;
      await new Promise(setImmediate);
      if (isFirst) throw new Overloaded(1_000);
      const now = cacheClock();
      return { value: 'there', readAt: now, checkedAt: now, version: 1, from: 'database' };
    },
    refuseIfFull: () => {},
    turnOf: async () => {},
    onRead: () => {},
  });
  const [first, second] = await Promise.allSettled([
    reader.read('a', { ...lax(), caller: 'mallory' }),
    reader.read('a', { ...lax(), caller: 'ada' }),
  ]);
  expect(first.status).toBe('rejected');
  expect(second).toMatchObject({ status: 'fulfilled', value: 'there' });
});

describe('an entry', () => {
  test('that is fresh is served from memory', async () => {
    const source = { value: 'old' };
    const { read, froms } = readerOf(source);
    await read();
    source.value = 'new';
    vi.advanceTimersByTime(7_900);
    expect(await read()).toBe('old');
    expect(froms).toEqual(['database', 'memory']);
  });

  test('that is stale is served once more, while it is read anew', async () => {
    const source = { value: 'old' };
    const { read, froms } = readerOf(source);
    await read();
    source.value = 'new';
    vi.advanceTimersByTime(12_100);
    expect(await read()).toBe('old');
    await new Promise(setImmediate);
    expect(await read()).toBe('new');
    expect(froms).toEqual(['database', 'stale', 'memory']);
  });

  test('that is older than that is waited for', async () => {
    const source = { value: 'old' };
    const { read } = readerOf(source);
    await read();
    source.value = 'new';
    vi.advanceTimersByTime(20_100);
    expect(await read()).toBe('new');
  });

  test('leaves when others need its place', async () => {
    const source = { value: 'old' };
    const { read } = readerOf(source);
    await read('a');
    source.value = 'new';
    await read('b');
    await read('c');
    expect(await read('a')).toBe('new');
  });
});

describe('while it cannot be read anew', () => {
  test('an old entry is better than none', async () => {
    const source: { value: string | Error } = { value: 'old' };
    const { read, froms } = readerOf(source);
    await read();
    source.value = away;
    vi.advanceTimersByTime(awayMsMax - 100);
    expect(await read()).toBe('old');
    expect(froms).toEqual(['database', 'stale']);
  });

  test('but none is older than a minute, nor older than its reader wants', async () => {
    const source: { value: string | Error } = { value: 'old' };
    const { read } = readerOf(source);
    await read();
    source.value = away;
    vi.advanceTimersByTime(30_000);
    await expect(read('a', { maxAgeMs: 29_000 })).rejects.toBe(away);
    await expect(read('a', { versionMin: 2 })).rejects.toBe(away);
    vi.advanceTimersByTime(awayMsMax - 29_900);
    await expect(read()).rejects.toBe(away);
  });
});
