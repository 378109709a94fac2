import type { Standing } from '@holdfast/domain';
import { describe, expect, test } from 'vitest';
import {
  book,
  cancel,
  createControlled,
  givenBack,
  settled,
  standing,
} from './controlled-entrance.ts';

describe('where seats are plenty', () => {
  const many: Standing = { ...standing, availableSeats: 40, quantityPerBookingMax: 2 };

  test('Redis is not asked, and not told of what took seats', async () => {
    const { submit, plenty, told, commits } = createControlled();
    plenty.hear('E', many);
    const booked = submit(book('a'));
    await settled();
    commits[0]?.end([givenBack], many);
    expect(await booked).toEqual(givenBack);
    await settled();
    expect(told).toEqual([]);
  });

  test('it is asked again when a twentieth of them is on its way', async () => {
    const { submit, plenty, told } = createControlled();
    plenty.hear('E', many);
    for (const id of ['a', 'b', 'c']) void submit(book(id));
    await settled();
    expect(told).toEqual([['admit', ['c']]]);
  });

  test('it is told of the commit that leaves fewer than that for the largest booking', async () => {
    const { submit, plenty, settlements, commits } = createControlled();
    plenty.hear('E', many);
    void submit(book('a'));
    await settled();
    const few = { ...many, availableSeats: 39 };
    commits[0]?.end([givenBack], few);
    await settled();
    expect(settlements).toMatchObject([{ standing: few, leases: [] }]);
  });

  test('it is not told what a probe found for which nobody waits', async () => {
    const { submit, redis, told, commits, lanes } = createControlled();
    redis.admitted = { verdicts: ['undecided'] };
    void submit(book('a'));
    await settled();
    commits[0]?.end([givenBack], many);
    await settled();
    expect(told).toEqual([['admit', ['a']]]);
    expect(lanes.eventCount).toBe(0);
  });

  test('it is told what probes found for which others wait', async () => {
    const { submit, redis, told, commits } = createControlled();
    const ids = ['a', 'b', 'c', 'd', 'e'];
    redis.admitted = { verdicts: ids.map(() => 'undecided') };
    for (const id of ids) void submit(book(id));
    await settled();
    expect(commits[0]?.ids).toEqual(['a', 'b', 'c', 'd']);
    redis.admitted = {};
    commits[0]?.end([givenBack, givenBack, givenBack, givenBack], many);
    await settled();
    expect(told.slice(1)).toEqual([
      ['settle', []],
      ['admit', ['e']],
    ]);
  });

  test('what gives seats back raises its fence all the same', async () => {
    const { submit, plenty, told } = createControlled();
    plenty.hear('E', many);
    void submit(cancel('b'));
    await settled();
    expect(told.map(([call]) => call)).toEqual(['admit']);
  });
});
