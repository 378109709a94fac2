import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { within } from '../src/within.ts';

test('a call that throws at once has failed, and nothing is left of it', async () => {
  const call = () => {
    throw new Error('no node is known');
  };
  await expect(within(10, call)).rejects.toThrow('no node is known');
  // A timer that was left would end the process with a rejection that nobody handles.
  await pause(30);
});

test('a call that is not answered in time has failed', async () => {
  await expect(within(10, () => new Promise(() => {}))).rejects.toThrow('No answer within 10 ms.');
});
