import { describe, expect, test } from 'vitest';
import {
  awayMsMax,
  type CachedEntry,
  freshDurationMs,
  freshMs,
  isServable,
  type Need,
} from '../src/reads/cached-entry.ts';

const askedAt = 1_000_000;
const lax: Need = {
  askedAt,
  maxAgeMs: null,
  versionMin: 0,
  checkedSince: 0,
  caller: '',
  isShared: false,
  absenceMsMax: 0,
};

function entryOf(changes: Partial<CachedEntry<string>>): CachedEntry<string> {
  const readAt = changes.readAt ?? askedAt - 1_000;
  return { value: 'x', readAt, checkedAt: readAt, version: 5, from: 'database', ...changes };
}

describe('an entry may be served', () => {
  test('when it is young and nothing newer was heard of', () => {
    expect(isServable(entryOf({}), { ...lax, versionMin: 5 })).toBe(true);
  });

  test('when it was read since it was asked for, whatever else is wanted', () => {
    const strict = { ...lax, maxAgeMs: 0, versionMin: 9, checkedSince: askedAt + 1 };
    expect(isServable(entryOf({ readAt: askedAt }), strict)).toBe(true);
  });

  test('when it is exactly as old as the caller allows', () => {
    expect(isServable(entryOf({}), { ...lax, maxAgeMs: 1_000 })).toBe(true);
  });

  test('when it is old, and the caller of this module says that old is better than none', () => {
    const old = entryOf({ readAt: askedAt - awayMsMax });
    expect(isServable(old, lax)).toBe(false);
    expect(isServable(old, lax, awayMsMax)).toBe(true);
  });
});

describe('an entry may not be served', () => {
  test.each<[string, Partial<CachedEntry<string>>, Partial<Need>]>([
    ['older than the caller allows', {}, { maxAgeMs: 999 }],
    ['of a version before one that was heard of', {}, { versionMin: 6 }],
    ['not checked since a gap', {}, { checkedSince: askedAt - 999 }],
    ['older than a cache may be', { readAt: askedAt - 20_001 }, {}],
    ['older than a cache may be, though the caller allows it', { readAt: 0 }, { maxAgeMs: 9e9 }],
  ])('%s', (_why, changes, need) => {
    expect(isServable(entryOf(changes), { ...lax, ...need })).toBe(false);
  });
});

test('entries stay fresh for ten seconds, a fifth more or less', () => {
  expect(freshDurationMs(() => 0)).toBe(freshMs * 0.8);
  expect(freshDurationMs(() => 0.5)).toBe(freshMs);
  expect(freshDurationMs(() => 1)).toBe(freshMs * 1.2);
});
