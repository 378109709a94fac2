import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Job } from '../../src/jobs/job.ts';
import { createJobRunner } from '../../src/jobs/job-runner.ts';
import { createWorkerMetrics } from '../../src/jobs/worker-metrics.ts';
import { memoryLog } from './memory-log.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function runnerOf(sketch: Partial<Job> = {}) {
  let runCount = 0;
  const registry = new Registry();
  const { log, lines } = memoryLog();
  const job: Job = {
    name: 'job',
    subject: 'Working',
    everyMs: 1_000,
    scheduledBy: 'queue',
    isNeededToBeReady: true,
    isRunAtStart: false,
    ...sketch,
    async run(signal) {
      runCount += 1;
      return sketch.run?.(signal);
    },
  };
  const runner = createJobRunner(job, { log, metrics: createWorkerMetrics(registry) });
  const runs = async () =>
    (await registry.getSingleMetric('holdfast_job_runs_total')?.get())?.values;
  return { ...runner, lines, runs, runCount: () => runCount };
}

describe('without any hint', () => {
  test('a job is run after two periods, and then every two', async () => {
    const runner = runnerOf();
    runner.start();
    await vi.advanceTimersByTimeAsync(1_999);
    expect(runner.runCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(10);
    expect(runner.runCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(runner.runCount()).toBe(11);
    await runner.stop();
  });

  test('one that no queue schedules is run every period', async () => {
    const runner = runnerOf({ scheduledBy: 'process' });
    runner.start();
    await vi.advanceTimersByTimeAsync(10_050);
    expect(runner.runCount()).toBe(10);
    await runner.stop();
  });

  test('one that is run at start is run at once', async () => {
    const runner = runnerOf({ isRunAtStart: true });
    runner.start();
    expect(runner.runCount()).toBe(1);
    await runner.stop();
  });
});

describe('a job is not run without a hint', () => {
  test('while hints come', async () => {
    const runner = runnerOf();
    runner.start();
    for (let period = 0; period < 10; period += 1) {
      await runner.hint('schedule');
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(runner.runCount()).toBe(10);
    await runner.stop();
  });

  test('while another process is seen to run it', async () => {
    const runner = runnerOf();
    runner.start();
    for (let period = 0; period < 10; period += 1) {
      runner.note();
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(runner.runCount()).toBe(0);
    await runner.stop();
  });

  test('while a run is in hand, however long', async () => {
    const runner = runnerOf({ run: () => new Promise((resolve) => setTimeout(resolve, 30_000)) });
    runner.start();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(runner.runCount()).toBe(1);
    const stopped = runner.stop();
    await vi.advanceTimersByTimeAsync(30_000);
    await stopped;
  });
});

describe('while a run is in hand', () => {
  const slow = { run: () => new Promise((resolve) => setTimeout(resolve, 500, 'done')) };

  test('hints by a schedule are answered at once, and run nothing', async () => {
    const runner = runnerOf(slow);
    const running = runner.hint('schedule');
    expect(await runner.hint('schedule')).toEqual({ status: 'in_hand' });
    await vi.advanceTimersByTimeAsync(900);
    expect(await running).toBe('done');
    expect(runner.runCount()).toBe(1);
  });

  test('hints by hand make one more run after it', async () => {
    const runner = runnerOf(slow);
    void runner.hint('schedule');
    await Promise.all([1, 2, 3].map(() => runner.hint('hand')));
    expect(runner.runCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(1_500);
    expect(runner.runCount()).toBe(2);
  });

  test('stopping tells it, waits for it, and lets no other begin', async () => {
    let wasTold = false;
    const runner = runnerOf({
      run: (signal) =>
        new Promise((resolve) => {
          setTimeout(() => resolve((wasTold = signal.aborted)), 500);
        }),
    });
    runner.start();
    void runner.hint('hand');
    void runner.hint('hand');
    let isStopped = false;
    const stopping = runner.stop().then(() => (isStopped = true));
    await vi.advanceTimersByTimeAsync(499);
    expect(isStopped).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await stopping;
    expect(wasTold).toBe(true);
    expect(await runner.hint('hand')).toEqual({ status: 'stopping' });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(runner.runCount()).toBe(1);
  });
});

test('a run that fails is told to who gave the hint, counted, and logged once', async () => {
  let isAway = true;
  const runner = runnerOf({
    async run() {
      if (isAway) throw new Error('away');
    },
  });
  runner.start();
  await expect(runner.hint('schedule')).rejects.toThrow('away');
  await vi.advanceTimersByTimeAsync(4_100);
  isAway = false;
  await runner.hint('schedule');
  expect(await runner.runs()).toMatchObject([
    { labels: { job: 'job', result: 'failed' }, value: 3 },
    { labels: { job: 'job', result: 'ok' }, value: 1 },
  ]);
  expect(runner.lines).toMatchObject([
    { msg: 'Working fails; it is tried again and again', err: { message: 'away' } },
    { msg: 'Working works again', errorCount: 3 },
  ]);
  await runner.stop();
});

describe('the health of a job', () => {
  const never = () => new Promise(() => undefined);
  const minutes = 60_000;

  test('is well while runs end, and before the first', async () => {
    const runner = runnerOf({ everyMs: minutes });
    runner.start();
    expect(runner.health()).toBe('well');
    for (let minute = 0; minute < 30; minute += 1) {
      await vi.advanceTimersByTimeAsync(minutes);
      expect(runner.health()).toBe('well');
    }
    await runner.stop();
  });

  test('is failing after a run that failed, and never stalled while runs go on', async () => {
    let isAway = true;
    const runner = runnerOf({
      everyMs: minutes,
      run: () => (isAway ? Promise.reject(new Error('away')) : Promise.resolve()),
    });
    runner.start();
    await vi.advanceTimersByTimeAsync(30 * minutes);
    expect(runner.health()).toBe('failing');
    isAway = false;
    await vi.advanceTimersByTimeAsync(2 * minutes);
    expect(runner.health()).toBe('well');
    await runner.stop();
  });

  test('is stalled where a run does not end, though the schedule goes on', async () => {
    const runner = runnerOf({ everyMs: minutes, run: never });
    runner.start();
    for (let minute = 0; minute < 15; minute += 1) {
      await vi.advanceTimersByTimeAsync(minutes);
      runner.note();
      void runner.hint('schedule');
    }
    expect([runner.runCount(), runner.health()]).toEqual([1, 'stalled']);
  });

  test('is stalled where no run begins any more', async () => {
    const runner = runnerOf({ everyMs: minutes });
    runner.start();
    await vi.advanceTimersByTimeAsync(5 * minutes);
    await runner.stop();
    await vi.advanceTimersByTimeAsync(9 * minutes);
    expect(runner.health()).toBe('well');
    await vi.advanceTimersByTimeAsync(4 * minutes);
    expect(runner.health()).toBe('stalled');
  });

  test('is well where other workers run it', async () => {
    const runner = runnerOf({ everyMs: minutes });
    for (let minute = 0; minute < 30; minute += 1) {
      await vi.advanceTimersByTimeAsync(minutes);
      runner.note();
    }
    expect([runner.runCount(), runner.health()]).toEqual([0, 'well']);
  });
});
