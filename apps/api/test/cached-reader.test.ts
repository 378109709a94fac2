import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { awayMsMax, type CachedEntry, cacheClock, type Need } from '../src/reads/cached-entry.ts';
import { CachedReader, type ReadFrom } from '../src/reads/cached-reader.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
});

afterEach(() => {
  vi.useRealTimers();
});

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
    turnOf: async () => {},
    onRead: (from) => void froms.push(from),
  });
  const read = (key = 'a', need: Partial<Need> = {}) => {
    const lax = {
      askedAt: cacheClock(),
      maxAgeMs: null,
      versionMin: 0,
      checkedSince: 0,
      caller: 'user ada',
      isShared: false,
      absenceMsMax: 0,
    };
    return reader.read(key, { ...lax, ...need });
  };
  return { read, froms };
}

const away = new Error('PostgreSQL is away.');

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
