import { expect, test } from 'vitest';
import { deadlineAfter, within } from '../src/http/deadline.ts';
import { createReadiness } from '../src/http/readiness.ts';

const never = new Promise<never>(() => {});

test('work that is done in time answers, and so does its failure', async () => {
  expect(await within(deadlineAfter(10_000), Promise.resolve('done'))).toBe('done');
  await expect(within(deadlineAfter(10_000), Promise.reject(new Error('no')))).rejects.toThrow(
    'no',
  );
});

test('work that is not done in time is given up', async () => {
  await expect(within(deadlineAfter(5), never)).rejects.toMatchObject({
    code: 'deadline_exceeded',
    httpStatus: 504,
  });
});

test('no time is left after a deadline, never less', () => {
  expect(deadlineAfter(-5).remainingMs()).toBe(0);
  expect(deadlineAfter(60_000).remainingMs()).toBeGreaterThan(0);
});

test('a process is ready when the database answers, and says why it is not', async () => {
  const isDraining = () => false;
  const ready = createReadiness({ ping: async () => {}, isDraining });
  await expect(ready.check()).resolves.toBeUndefined();
  const away = createReadiness({ ping: () => Promise.reject(new Error('refused')), isDraining });
  await expect(away.check()).rejects.toMatchObject({ code: 'database_unavailable' });
  const stopping = createReadiness({ ping: async () => {}, isDraining: () => true });
  await expect(stopping.check()).rejects.toMatchObject({ code: 'draining' });
});

test('a database that is silent is away after a second at most', async () => {
  const silent = createReadiness({ ping: () => never, isDraining: () => false });
  await expect(silent.check()).rejects.toMatchObject({
    code: 'database_unavailable',
    retryAfterMs: 1_000,
  });
});

test('those who ask at the same time share one ping, and later ones make a new one', async () => {
  let pingCount = 0;
  const ping = async () => {
    pingCount += 1;
  };
  const readiness = createReadiness({ ping, isDraining: () => false });
  await Promise.all(Array.from({ length: 100 }, () => readiness.check()));
  expect(pingCount).toBe(1);
  await readiness.check();
  expect(pingCount).toBe(2);
});
