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
  const many: Standing = { ...standing, availableSeats: 40 };

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

  test('it is told of the commit that leaves fewer than one booking may have', async () => {
    const { submit, plenty, settlements, commits } = createControlled();
    plenty.hear('E', many);
    void submit(book('a'));
    await settled();
    const few = { ...many, availableSeats: many.quantityPerBookingMax - 1 };
    commits[0]?.end([givenBack], few);
    await settled();
    expect(settlements).toMatchObject([{ standing: few, leases: [] }]);
  });

  test('what gives seats back raises its fence all the same', async () => {
    const { submit, plenty, told } = createControlled();
    plenty.hear('E', many);
    void submit(cancel('b'));
    await settled();
    expect(told.map(([call]) => call)).toEqual(['admit']);
  });
});
