import { admissionLimits, type Settlement } from '@holdfast/redis';
import { describe, expect, test } from 'vitest';
import { tellRedis } from '../src/lane/tell-redis.ts';
import { cancel, nothingHeard, standing, turns } from './controlled-lanes.ts';

const group = { eventId: 'E', commands: [], answerNow: () => {} };
const asked = {
  group,
  heard: { ...nothingHeard, asOfMs: 1_234 },
  heardFrom: 'redis' as const,
  fence: 'fence',
  mayGive: new Set([cancel('a')]),
};

describe('Redis is told', () => {
  test('what a commit saw, as of the time at which it was asked, and which fence is over', async () => {
    const told: unknown[] = [];
    const telling = tellRedis({
      async settle(eventId: string, settlement: Settlement) {
        told.push([eventId, settlement]);
        return { drift: 0 };
      },
    });
    await telling.tell(asked, standing);
    expect(told).toEqual([['E', { standing, asOfMs: 1_234, fence: 'fence' }]]);
  });

  test.each([
    ['nothing of a commit in doubt', asked, null],
    ['nothing without a time of its own', { ...asked, heard: null }, standing],
  ])('%s, and who waits waits until no old refusal holds', async (_, about, seen) => {
    let toldCount = 0;
    const settle = async () => {
      toldCount += 1;
      return { drift: 0 };
    };
    const from = performance.now();
    await tellRedis({ settle }).tell(about, seen);
    expect(performance.now() - from).toBeGreaterThan(admissionLimits.refusalDurationMaxMs - 10);
    expect(toldCount).toBe(0);
  });
});

test('idle waits for all that is being told, and for whoever waits for an old refusal to run out', async () => {
  const gate = Promise.withResolvers<{ drift: number }>();
  const telling = tellRedis({ settle: () => gate.promise });
  let isAnswered = false;
  let isIdle = false;
  void telling.tell(asked, standing).then(() => (isAnswered = true));
  const idle = telling.idle().then(() => (isIdle = true));
  await turns();
  expect(isIdle).toBe(false);
  gate.reject(new Error('away'));
  await idle;
  expect(isAnswered).toBe(true);
});
