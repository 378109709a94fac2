import { afterEach, expect, test, vi } from 'vitest';
import { createKnownTokens } from '../src/known-tokens.ts';

afterEach(() => vi.useRealTimers());

const ada = { id: 'ada', role: 'user' } as const;
const verified = {
  user: ada,
  expiresAtSeconds: Date.now() / 1_000 + 3_600,
  validFromSeconds: null,
};

const known = (ageMsMax: number | null = null) =>
  createKnownTokens({ clockToleranceSeconds: 5, ageMsMax });

test('a header is known that is the same from end to end', () => {
  const tokens = known();
  tokens.remember('Bearer a.b.c', verified);
  expect(tokens.userOf('Bearer a.b.c')).toEqual(ada);
  for (const other of ['Bearer a.x.c', 'bearer a.b.c', 'Bearer a.b.c ', 'c', '']) {
    expect(tokens.userOf(other)).toBeNull();
  }
});

test('fifty thousand are kept, and the one that was not used for the longest time goes first', () => {
  const tokens = known();
  for (let index = 0; index < 50_000; index += 1) tokens.remember(`Bearer a.b.${index}`, verified);
  expect(tokens.userOf('Bearer a.b.0')).toEqual(ada);
  tokens.remember('Bearer a.b.new', verified);
  expect(tokens.userOf('Bearer a.b.0')).toEqual(ada);
  expect(tokens.userOf('Bearer a.b.1')).toBeNull();
});

test('a long one is not kept', () => {
  const tokens = known();
  const long = `Bearer ${'a'.repeat(1_100)}.b.c`;
  tokens.remember(long, verified);
  expect(tokens.userOf(long)).toBeNull();
});

test('where keys may change, one is believed for a while', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const tokens = { changing: known(60_000), lasting: known() };
  for (const each of Object.values(tokens)) each.remember('Bearer a.b.c', verified);
  vi.advanceTimersByTime(59_999);
  expect(tokens.changing.userOf('Bearer a.b.c')).toEqual(ada);
  vi.advanceTimersByTime(1);
  expect(tokens.changing.userOf('Bearer a.b.c')).toBeNull();
  expect(tokens.lasting.userOf('Bearer a.b.c')).toEqual(ada);
});
