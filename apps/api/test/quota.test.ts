import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Limit } from '../src/rates/limit.ts';
import { Quota } from '../src/rates/quota.ts';
import type { SharedCount } from '../src/rates/shared-count.ts';

const limit: Limit = { name: 'user', countMax: 160, windowSeconds: 10 };
const partTold = limit.countMax / 16;

/** A quota with a clock of its own. */
function alone() {
  const clock = { ms: 0 };
  return { clock, quota: new Quota(limit, { shared: null, now: () => clock.ms }) };
}

test('a caller takes all or none, and is told what is left', () => {
  const { quota } = alone();
  expect(quota.take('ada', 150)).toMatchObject({ isWithin: true, remaining: 10, endsAtMs: 10_000 });
  expect(quota.take('ada', 20)).toMatchObject({ isWithin: false, remaining: 10 });
  expect(quota.take('ada', 10)).toMatchObject({ isWithin: true, remaining: 0 });
  expect(quota.take('ada', 1)).toMatchObject({ isWithin: false, remaining: 0 });
});

test('what one caller takes is not taken from another', () => {
  const { quota } = alone();
  quota.take('ada', 160);
  expect(quota.take('bob', 1)).toMatchObject({ isWithin: true, remaining: 159 });
});

test('a window begins with the first, and when it ends all may be taken again', () => {
  const { clock, quota } = alone();
  clock.ms = 4_000;
  quota.take('ada', 160);
  clock.ms = 13_999;
  expect(quota.take('ada', 1)).toMatchObject({ isWithin: false, endsAtMs: 14_000 });
  clock.ms = 14_000;
  expect(quota.take('ada', 1)).toMatchObject({ isWithin: true, remaining: 159, endsAtMs: 24_000 });
});

test('a batch that is larger than the limit may be sent alone', () => {
  const { quota } = alone();
  expect(quota.take('ada', 500)).toMatchObject({ isWithin: true, remaining: 0 });
  expect(quota.take('ada', 1)).toMatchObject({ isWithin: false });
});

test('what is given back may be taken again', () => {
  const { quota } = alone();
  quota.take('ada', 160);
  quota.give('ada', 10);
  expect(quota.take('ada', 10).isWithin).toBe(true);
  expect(quota.take('ada', 1).isWithin).toBe(false);
});

/** What processes share, which answers a turn later, and how often it was asked. */
function sharedByAll(): SharedCount & { readonly asked: () => number } {
  const counts = new Map<string, number>();
  let asked = 0;
  return {
    asked: () => asked,
    async add(caller, count) {
      asked += 1;
      const now = (counts.get(caller) ?? 0) + count;
      counts.set(caller, now);
      await nextTurn();
      return { count: now, endsInMs: 10_000 };
    },
  };
}

const nextTurn = () => new Promise((resolve) => void setImmediate(resolve));

test('who calls as people do costs the others no question', async () => {
  const shared = sharedByAll();
  const quota = new Quota(limit, { shared });
  for (let count = 1; count < partTold; count += 1) quota.take('ada', 1);
  await nextTurn();
  expect(shared.asked()).toBe(0);
  quota.take('ada', 1);
  expect(shared.asked()).toBe(1);
});

test('all processes together let a caller take no more than the limit, and a sixteenth for each', async () => {
  const shared = sharedByAll();
  const quotas = [new Quota(limit, { shared }), new Quota(limit, { shared })];
  let count = 0;
  for (let call = 0; call < 1_000; call += 1) {
    if (quotas[call % 2]?.take('mallory', 1).isWithin) count += 1;
    await nextTurn();
  }
  expect(count).toBeGreaterThanOrEqual(limit.countMax);
  expect(count).toBeLessThanOrEqual(limit.countMax + 2 * partTold);
});

test('negative control: without what they share, each lets it take the limit', () => {
  const quotas = [new Quota(limit, { shared: null }), new Quota(limit, { shared: null })];
  const taken = quotas.flatMap((quota) =>
    Array.from({ length: 500 }, () => quota.take('mallory', 1)),
  );
  expect(taken.filter(({ isWithin }) => isWithin)).toHaveLength(2 * limit.countMax);
});

test('told, a caller who sends to many processes at once gets no more than a sixteenth more for each', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 6 }),
      fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 20, maxLength: 60 }),
      async (processCount, counts) => {
        const shared = sharedByAll();
        const quotas = Array.from({ length: processCount }, () => new Quota(limit, { shared }));
        const taking = counts.map(async (count, index) => {
          const taken = await quotas[index % processCount]?.takeTold('mallory', count);
          return taken?.isWithin ? count : 0;
        });
        const sum = (await Promise.all(taking)).reduce((total, count) => total + count, 0);
        expect(sum).toBeLessThanOrEqual(limit.countMax + processCount * partTold);
      },
    ),
    { numRuns: 30 },
  );
});

test('a Redis that has lost what it knew lets nobody take more than the limit of one process', async () => {
  const forgetful: SharedCount = { add: async (_, count) => ({ count, endsInMs: 10_000 }) };
  const quota = new Quota(limit, { shared: forgetful });
  let count = 0;
  for (let call = 0; call < 500; call += 1) {
    if (quota.take('mallory', 1).isWithin) count += 1;
    await nextTurn();
  }
  expect(count).toBe(limit.countMax);
});
