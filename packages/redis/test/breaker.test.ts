import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type BreakerOptions, type Health, openBreaker } from '../src/breaker.ts';
import { AdmissionUnavailable } from '../src/faults.ts';

type Call = () => Promise<string>;

const failing: Call = () => Promise.reject(new Error('gone'));

function opened(options: Partial<BreakerOptions> = {}) {
  const breaker = openBreaker({ timeoutMs: 1_000, trial: failing, ...options });
  onTestFinished(() => breaker.close());
  return breaker;
}

async function fail(breaker: ReturnType<typeof opened>, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    await expect(breaker.run(failing)).rejects.toThrow(AdmissionUnavailable);
  }
}

test('what went wrong is kept', async () => {
  const error = new Error('READONLY You can not write against a read only replica.');
  await expect(opened().run(() => Promise.reject(error))).rejects.toMatchObject({ cause: error });
});

test('three failures in a row open it, and then nothing is sent', async () => {
  const breaker = opened();
  await fail(breaker, 2);
  await breaker.run(async () => 'fine');
  await fail(breaker, 2);
  expect(breaker.health).toBe('closed');
  await fail(breaker, 1);
  expect(breaker.health).toBe('open');
  const call = vi.fn<Call>(failing);
  await expect(breaker.run(call)).rejects.toThrow(AdmissionUnavailable);
  expect(call).not.toHaveBeenCalled();
});

test('it says once that it opened, with what failed last, and once that it closed', async () => {
  const onHealth = vi.fn<(health: Health, error: unknown) => void>();
  let isBack = false;
  const trial = vi.fn<Call>(async () => (isBack ? 'fine' : failing()));
  const breaker = opened({ trial, onHealth });
  await fail(breaker, 3);
  await expect.poll(() => trial.mock.calls.length).toBe(2);
  expect(onHealth.mock.calls).toEqual([['open', new Error('gone')]]);
  isBack = true;
  await expect.poll(() => breaker.health).toBe('closed');
  expect(onHealth.mock.calls.slice(1)).toEqual([['closed', null]]);
  expect(await breaker.run(async () => 'fine')).toBe('fine');
});

test('while a trial is on its way, nobody waits for it', async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const trial = vi.fn<Call>(() => promise);
  const breaker = opened({ trial });
  await fail(breaker, 3);
  await expect.poll(() => trial.mock.calls.length).toBe(1);
  const call = vi.fn<Call>(failing);
  await expect(breaker.run(call)).rejects.toThrow(AdmissionUnavailable);
  expect(call).not.toHaveBeenCalled();
  resolve('fine');
  await expect.poll(() => breaker.health).toBe('closed');
});

test('a wall clock that is set back delays no trial', async () => {
  const trial = vi.fn<Call>(async () => 'fine');
  const breaker = opened({ trial });
  await fail(breaker, 3);
  const now = vi.spyOn(Date, 'now').mockReturnValue(0);
  onTestFinished(() => {
    now.mockRestore();
  });
  await expect.poll(() => breaker.health).toBe('closed');
});

test('what was closed sends nothing any more, no trial and no call', async () => {
  const trial = vi.fn<Call>(failing);
  const breaker = opened({ trial });
  await fail(breaker, 3);
  breaker.close();
  await expect(breaker.run(trial)).rejects.toMatchObject({
    cause: { message: 'Redis is not asked any more: it was closed.' },
  });
  await sleep(300);
  expect(trial).not.toHaveBeenCalled();
});

test('a call that is not answered fails when its time is up', async () => {
  const breaker = opened({ timeoutMs: 20 });
  const call = breaker.run(() => new Promise(() => {}));
  await expect(call).rejects.toMatchObject({ cause: { message: 'No answer within 20 ms.' } });
});
