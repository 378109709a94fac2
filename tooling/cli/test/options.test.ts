import { expect, test } from 'vitest';
import { planOf, type StressOptions } from '../src/commands/stress.ts';
import { UsageError } from '@holdfast/command';
import { apiUrl, databaseUrl, lifetime, uuid, wholeNumber } from '../src/commands/options.ts';

test.each(['0', '11', '-1', '1.5', 'ten', '', '1e1', ' 5'])(
  '%j is not a whole number from 1 to 10',
  (text) => {
    expect(() => wholeNumber(1, 10)(text)).toThrow('whole number from 1 to 10');
  },
);

test('a whole number within its bounds is taken, the bounds included', () => {
  expect(['1', '10'].map(wholeNumber(1, 10))).toEqual([1, 10]);
});

test('the address of an api is a web address; a slash at its end does not matter', () => {
  expect(apiUrl('http://127.0.0.1:3000/')).toBe('http://127.0.0.1:3000');
  expect(() => apiUrl('127.0.0.1:3000')).toThrow('http://127.0.0.1:3000');
});

test('the address of a database starts with postgres', () => {
  expect(databaseUrl('postgres://a@b/c')).toBe('postgres://a@b/c');
  for (const text of ['mysql://a@b/c', 'postgres:', 'nonsense'])
    expect(() => databaseUrl(text)).toThrow('postgres://');
});

test('a lifetime is a number and a unit', () => {
  expect(['30s', '15m', '2h', '7d'].map(lifetime)).toEqual([30, 900, 7_200, 604_800]);
  for (const text of ['15', '0m', 'm', '15 m', '1w'])
    expect(() => lifetime(text)).toThrow('15m or 7d');
});

test('an event is named by a UUID', () => {
  expect(() => uuid('42')).toThrow('UUID');
});

const plan = (options: Partial<StressOptions>) => planOf({ seats: 500, ...options });

test('without a rate everybody comes at once, a thousand unless told otherwise', () => {
  expect(plan({})).toMatchObject({ mode: 'closed_loop', userCount: 1_000, seatCount: 500 });
  expect(plan({ users: 7 })).toMatchObject({ mode: 'closed_loop', userCount: 7 });
});

test('of users, rate and duration two give the third', () => {
  expect(plan({ rate: 50, duration: 4 })).toMatchObject({ mode: 'open_loop', userCount: 200 });
  expect(plan({ rate: 50, users: 120 })).toMatchObject({ mode: 'open_loop', userCount: 120 });
  expect(plan({ rate: 50 })).toMatchObject({ mode: 'open_loop', userCount: 500 });
  expect(plan({ rate: 50, duration: 4, users: 200 })).toMatchObject({ userCount: 200 });
});

test.each<[Partial<StressOptions>, string]>([
  [{ duration: 5 }, '--duration needs --rate'],
  [{ rate: 50, duration: 4, users: 7 }, '--users 7 contradicts --rate 50'],
  [{ rate: 10_000, duration: 600 }, 'Lower one of them'],
  [{ rate: 1, users: 100_000 }, 'Raise --rate or lower --users'],
])('options that contradict each other are refused with the fix: %o', (options, message) => {
  expect(() => plan(options)).toThrow(UsageError);
  expect(() => plan(options)).toThrow(message);
});
