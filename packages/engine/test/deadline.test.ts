import { expect, test } from 'vitest';
import { deadlineAfter, within } from '../src/deadline.ts';

const never = new Promise<never>(() => {});

test('work that is done in time answers, and so does its failure', async () => {
  expect(await within(deadlineAfter(10_000), Promise.resolve('done'))).toBe('done');
  await expect(within(deadlineAfter(10_000), Promise.reject(new Error('no')))).rejects.toThrow(
    'no',
  );
});

test('work that is not done in time is given up', async () => {
  await expect(within(deadlineAfter(5), never)).rejects.toMatchObject({
    name: 'DeadlineExceeded',
  });
});

test('no time is left after a deadline, never less', () => {
  expect(deadlineAfter(-5).remainingMs()).toBe(0);
  expect(deadlineAfter(60_000).remainingMs()).toBeGreaterThan(0);
});
