import { describe, expect, test } from 'vitest';
import { callWithRetries } from '../src/call-with-retries.ts';
import { AttemptFailed } from '../src/failure.ts';
import type { Fault } from '../src/fault.ts';
import { retryBudget } from '../src/retry-budget.ts';
import { completeRetryOptions, type RetryOptions } from '../src/retry-options.ts';

/** A clock that moves only when somebody sleeps, and tells how long. */
function clock() {
  const sleptMs: number[] = [];
  let nowMs = 0;
  const now = () => nowMs;
  const sleep = async (durationMs: number) => {
    sleptMs.push(durationMs);
    nowMs += durationMs;
  };
  return { sleptMs, now, sleep, random: () => 0 };
}

type Step = Fault | { fault: Fault; retryAfterMs: number } | { answer: string };

/** Calls through the given steps, one an attempt; the last one stands for all that follow. */
async function callThrough(
  steps: Step[],
  options: Partial<RetryOptions> = {},
  signal?: AbortSignal,
) {
  const time = clock();
  let attemptCount = 0;
  const send = async () => {
    const step = steps[Math.min(attemptCount, steps.length - 1)];
    attemptCount += 1;
    if (typeof step === 'object' && 'answer' in step) return step.answer;
    const parts = typeof step === 'object' ? step : { fault: step ?? 'internal' };
    throw new AttemptFailed({ message: parts.fault, ...parts });
  };
  const complete = completeRetryOptions({ ...time, ...options });
  const budget = retryBudget({ reserveCount: complete.budgetReserveCount, ratio: 0.1 });
  const ending = await callWithRetries(send, { options: complete, budget }, signal);
  return { ending, attemptCount, sleptMs: time.sleptMs };
}

const yes: Step = { answer: 'yes' };

describe('what is retried', () => {
  test.each<Fault>([
    'unreachable',
    'network',
    'attempt_timeout',
    'bad_gateway',
    'outcome_unknown',
    'overloaded',
    'contended',
    'database_unavailable',
    'draining',
    'keys_unavailable',
    'deadline_exceeded',
  ])('%s is', async (fault) => {
    const { ending, attemptCount } = await callThrough([fault, yes]);
    expect(ending).toEqual({ status: 'answered', answer: 'yes' });
    expect(attemptCount).toBe(2);
  });

  test.each<Fault>([
    'bad_input',
    'unauthenticated',
    'forbidden',
    'not_found',
    'payload_too_large',
    'unsupported_media_type',
    'internal',
    'bad_answer',
    'rejected',
    'token_unavailable',
  ])('%s is not', async (fault) => {
    const { ending, attemptCount } = await callThrough([fault, yes]);
    expect(ending).toMatchObject({ status: 'given_up', failure: { fault } });
    expect(attemptCount).toBe(1);
  });

  test('a bug is thrown as it is, at once', async () => {
    const bug = new TypeError('cannot serialize');
    const send = () => Promise.reject(bug);
    const retrying = {
      options: completeRetryOptions(),
      budget: retryBudget({ reserveCount: 1, ratio: 1 }),
    };
    await expect(callWithRetries(send, retrying, undefined)).rejects.toBe(bug);
  });
});

describe('the limits', () => {
  test('attempts', async () => {
    const { ending, attemptCount } = await callThrough(['overloaded'], { attemptCountMax: 3 });
    expect(ending.status).toBe('given_up');
    expect(attemptCount).toBe(3);
  });

  test('time: a wait that would end after it is not begun', async () => {
    const overloaded: Step = { fault: 'overloaded', retryAfterMs: 700 };
    const { attemptCount, sleptMs } = await callThrough([overloaded], { totalTimeoutMs: 2_000 });
    expect(sleptMs).toEqual([700, 700]);
    expect(attemptCount).toBe(3);
  });

  test('time: an api that asks for more than that is not waited for at all', async () => {
    const overloaded: Step = { fault: 'overloaded', retryAfterMs: 60_000 };
    const { ending, sleptMs } = await callThrough([overloaded]);
    expect(sleptMs).toEqual([]);
    expect(ending).toMatchObject({ failure: { retryAfterMs: 60_000 } });
  });

  test('the retry budget of the client', async () => {
    const { ending, attemptCount } = await callThrough(['network'], { budgetReserveCount: 1 });
    expect(ending.status).toBe('given_up');
    expect(attemptCount).toBe(2);
  });

  test("the caller's signal: nothing is sent once it is aborted", async () => {
    const { ending, attemptCount } = await callThrough([yes], {}, AbortSignal.abort('enough'));
    expect(attemptCount).toBe(0);
    expect(ending).toMatchObject({
      inDoubt: false,
      failure: { fault: 'aborted', cause: 'enough' },
    });
  });

  test("the caller's signal ends a wait", async () => {
    const stop = new AbortController();
    const sleep = () => {
      stop.abort();
      return new Promise<void>(() => {});
    };
    const { ending } = await callThrough(['overloaded'], { sleep }, stop.signal);
    expect(ending).toMatchObject({ inDoubt: false, failure: { fault: 'aborted' } });
  });
});

describe('whether a call is in doubt', () => {
  test.each<Fault>([
    'network',
    'attempt_timeout',
    'bad_gateway',
    'outcome_unknown',
    'deadline_exceeded',
    'internal',
    'bad_answer',
  ])('it is after %s: that attempt may have taken effect', async (fault) => {
    expect((await callThrough([fault])).ending).toMatchObject({ inDoubt: true });
  });

  test.each<Fault>([
    'unreachable',
    'overloaded',
    'contended',
    'database_unavailable',
    'bad_input',
    'rejected',
  ])('it is not after %s: that attempt took none', async (fault) => {
    expect((await callThrough([fault])).ending).toMatchObject({ inDoubt: false });
  });

  test('one attempt in doubt keeps it in doubt, whatever the later ones met', async () => {
    const cutThenAway = await callThrough(['network', 'database_unavailable']);
    expect(cutThenAway.ending).toMatchObject({
      inDoubt: true,
      failure: { fault: 'database_unavailable' },
    });
    const cutThenExpired = await callThrough(['network', 'unauthenticated']);
    expect(cutThenExpired.ending).toMatchObject({
      inDoubt: true,
      failure: { fault: 'unauthenticated' },
    });
  });

  test('an answer ends all doubt', async () => {
    expect((await callThrough(['network', 'outcome_unknown', yes])).ending.status).toBe('answered');
  });
});
