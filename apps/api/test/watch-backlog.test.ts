import { describe, expect, test } from 'vitest';
import { WatchBacklog } from '../src/live/watch-backlog.ts';

describe('what waits in all streams together', () => {
  test('is too much for nobody while it is within the bound', () => {
    const backlog = new WatchBacklog(1_000);
    backlog.change(0, 900);
    backlog.change(0, 100);
    expect([900, 100, 0].map((bytes) => backlog.isTooMuch(bytes))).toEqual([false, false, false]);
  });

  test('is over the bound too much for who is most behind, and for nobody who is less so', () => {
    const backlog = new WatchBacklog(1_000);
    backlog.change(0, 900);
    backlog.change(0, 101);
    expect([900, 101, 0].map((bytes) => backlog.isTooMuch(bytes))).toEqual([true, false, false]);
  });

  test('is over the bound always too much for somebody, also where all are as far behind', () => {
    const backlog = new WatchBacklog(1_000);
    for (let count = 0; count < 11; count += 1) backlog.change(0, 100);
    expect(backlog.isTooMuch(100)).toBe(true);
    backlog.change(100, 0);
    expect(backlog.isTooMuch(100)).toBe(false);
  });
});
