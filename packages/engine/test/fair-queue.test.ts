import { describe, expect, test } from 'vitest';
import { FairQueue } from '../src/fair/fair-queue.ts';
import { Shares } from '../src/fair/shares.ts';
import { Turns } from '../src/fair/turns.ts';
import { settled } from './controlled-committer.ts';

describe('lines that take turns', () => {
  test('are served as often as each other, whoever has more, and each in its order', () => {
    const queue = new FairQueue<string>();
    for (const item of ['a1', 'a2', 'a3', 'a4']) queue.add('ada', item);
    for (const item of ['b1', 'b2']) queue.add('bob', item);
    expect(queue.take(3)).toEqual(['a1', 'b1', 'a2']);
    queue.add('eve', 'e1');
    expect(queue.take(10)).toEqual(['b2', 'a3', 'e1', 'a4']);
    expect(queue.size).toBe(0);
    expect(queue.take(1)).toEqual([]);
  });

  test('that are held back keep their turn and their order', () => {
    const queue = new FairQueue<string>();
    for (const item of ['a1', 'a2']) queue.add('ada', item);
    for (const item of ['b1', 'b2', 'b3']) queue.add('bob', item);
    expect(queue.take(10, new Set(['ada']))).toEqual(['b1', 'b2', 'b3']);
    expect(queue.take(10, new Set(['ada']))).toEqual([]);
    queue.add('bob', 'b4');
    expect(queue.take(10)).toEqual(['a1', 'b4', 'a2']);
  });

  test('one that gives up leaves, and the others stay as they were', () => {
    const queue = new FairQueue<string>();
    for (const item of ['a1', 'a2', 'a3']) queue.add('ada', item);
    expect(queue.remove('ada', 'a2')).toBe(true);
    expect(queue.remove('ada', 'a2')).toBe(false);
    expect(queue.remove('bob', 'b1')).toBe(false);
    expect(queue.size).toBe(2);
    expect(queue.take(5)).toEqual(['a1', 'a3']);
  });
});

describe('places', () => {
  test('are as many for each, and one that is given back can be had again', () => {
    const shares = new Shares(2);
    expect([shares.enter('ada'), shares.enter('ada'), shares.enter('ada')]).toEqual([
      true,
      true,
      false,
    ]);
    expect(shares.enter('bob')).toBe(true);
    shares.leave('ada');
    expect(shares.hasRoom('ada')).toBe(true);
    expect(shares.enter('ada')).toBe(true);
  });

  test('cannot be given back twice', () => {
    const shares = new Shares(2);
    shares.enter('ada');
    shares.leave('ada');
    expect(() => shares.leave('ada')).toThrow('twice');
  });
});

describe('turns of the event loop', () => {
  /** Who begins in which turn, where ada sends ten and bob then sends one. */
  async function beginnings(callCountMax: number, callCount = 1) {
    const turns = new Turns({ callCountMax, onWait: () => {} });
    const begun: string[][] = [[]];
    const enter = (name: string, count: number) =>
      turns.enter(
        () => name,
        count,
        () => begun.at(-1)?.push(name),
      );
    for (let index = 0; index < 10; index += 1) enter('ada', callCount);
    enter('bob', 1);
    for (let turn = 0; turn < 12; turn += 1) {
      begun.push([]);
      await settled();
    }
    return begun.filter(({ length }) => length > 0);
  }

  test('begin as many calls as they may, and who comes last waits for no crowd of another address', async () => {
    const begun = await beginnings(2);
    expect(begun.slice(0, 3)).toEqual([
      ['ada', 'ada'],
      ['ada', 'bob'],
      ['ada', 'ada'],
    ]);
    expect(begun.flat()).toHaveLength(11);
  });

  test('count the calls of a batch', async () => {
    expect((await beginnings(40, 20)).slice(0, 2)).toEqual([
      ['ada', 'ada'],
      ['ada', 'bob', 'ada'],
    ]);
  });

  test('negative control: without a bound, all begin before who comes last', async () => {
    expect(await beginnings(1_000)).toEqual([[...Array<string>(10).fill('ada'), 'bob']]);
  });
});
