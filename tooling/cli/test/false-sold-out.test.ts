import { expect, test } from 'vitest';
import {
  findFalseSoldOuts,
  type Occupation,
  type RefusedAsk,
} from '../src/judge/false-sold-out.ts';
import { randomFrom } from '@holdfast/command/random-from';

const refused = (sentAtMs: number, answeredAtMs: number, quantity = 1): RefusedAsk => ({
  eventId: 'event',
  quantity,
  sentAtMs,
  answeredAtMs,
});
const taken = (fromMs: number, untilMs: number, quantity = 1): Occupation => ({
  eventId: 'event',
  quantity,
  fromMs,
  untilMs,
});
const seats = (count: number) => new Map([['event', count]]);
const find = (refusal: RefusedAsk, occupations: readonly Occupation[], seatCount: number) =>
  findFalseSoldOuts([refusal], occupations, seats(seatCount)).length;

test.each<[string, RefusedAsk, readonly Occupation[], number]>([
  ['nobody ever had a seat', refused(10, 20), [], 1],
  ['the seat had come back before it was asked for', refused(10, 20), [taken(0, 9)], 1],
  ['the seat was only asked for after the answer', refused(10, 20), [taken(21, 30)], 1],
  ['one of two seats was taken', refused(10, 20), [taken(0, 30)], 2],
  [
    'two bookings had the same seat, one after the other',
    refused(10, 20),
    [taken(0, 12), taken(13, 40)],
    2,
  ],
  ['three were left and three were asked for', refused(10, 20, 3), [taken(0, 99, 2)], 5],
  ['another event was full', refused(10, 20), [{ ...taken(0, 99), eventId: 'other' }], 1],
])('a refusal is certainly false where %s', (_why, ...[refusal, occupations, seatCount]) => {
  expect(find(refusal, occupations, seatCount)).toBe(1);
});

test.each<[string, RefusedAsk, readonly Occupation[], number]>([
  ['the seat was taken all the time', refused(10, 20), [taken(0, 30)], 1],
  ['the seat was taken at the very beginning', refused(10, 20), [taken(0, 10)], 1],
  ['the seat was taken at the very end', refused(10, 20), [taken(20, 30)], 1],
  ['the seat was taken for a moment in between', refused(10, 20), [taken(14, 15)], 1],
  ['nobody knows whether the seat was ever given back', refused(90, 95), [taken(0, Infinity)], 1],
  [
    'both seats were taken, if only for a moment',
    refused(10, 20),
    [taken(0, 14), taken(14, 30)],
    2,
  ],
  ['two were left and three were asked for', refused(10, 20, 3), [taken(0, 99, 3)], 5],
])('a refusal may be right where %s', (_why, ...[refusal, occupations, seatCount]) => {
  expect(find(refusal, occupations, seatCount)).toBe(0);
});

test('a refusal of an event that nobody knows is an error, not a false one', () => {
  expect(() => findFalseSoldOuts([refused(1, 2)], [], new Map())).toThrow('No seat count');
});

/**
 * A box office of three seats in which every booking and cancellation happens at a moment of its
 * own within its call. `lieShare` of its refusals are said while there are seats.
 */
function play(seed: number, lieShare: number) {
  const random = randomFrom(seed);
  const occupations: Occupation[] = [];
  const refusals: RefusedAsk[] = [];
  const held: { readonly from: number; readonly until: number }[] = [];
  let lieCount = 0;
  for (let atMs = 0; atMs < 10_000; atMs += 3 + random() * 20) {
    const [sentAtMs, answeredAtMs] = [atMs - random() * 9, atMs + random() * 9];
    const seatsTaken = held.filter(({ from, until }) => from <= atMs && atMs < until).length;
    const lies = random() < lieShare;
    if (seatsTaken >= 3 || lies) {
      refusals.push(refused(sentAtMs, answeredAtMs));
      if (seatsTaken < 3) lieCount += 1;
      continue;
    }
    const until = atMs + 20 + random() * 60;
    held.push({ from: atMs, until });
    occupations.push(taken(sentAtMs, until + random() * 9));
  }
  return { found: findFalseSoldOuts(refusals, occupations, seats(3)).length, lieCount };
}

test('of an honest box office no refusal is called false, whatever the order of the answers', () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    expect({ seed, ...play(seed, 0) }).toEqual({ seed, found: 0, lieCount: 0 });
  }
});

test('of one that refuses while it has seats, many refusals are found out, and no more than there were', () => {
  for (let seed = 1; seed <= 50; seed += 1) {
    const { found, lieCount } = play(seed, 0.2);
    expect({ seed, found: found > 0, tooMany: found > lieCount }).toEqual({
      seed,
      found: true,
      tooMany: false,
    });
  }
});
