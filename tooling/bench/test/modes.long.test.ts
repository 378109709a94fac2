import { expect, test } from 'vitest';
import { variants } from '../src/admission-matrix/variants.ts';
import { runBench } from './run-bench.ts';

// Half a minute of both cores. What they are made of has tests beside this one.

test('the matrix of admission measures every variant, and each is safe', async () => {
  const { exitCode, stdout, stderr } = await runBench('--admission', '--tiny', '--json');
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  const { rows } = JSON.parse(stdout);
  expect(rows.map(({ variant }: { variant: string }) => variant)).toEqual(
    variants.map(({ name }) => name),
  );
  for (const { figures } of rows) {
    expect(figures.bookingsPerSecond.median).toBeGreaterThan(0);
    expect(figures.statementsPerSecond.median).toBeGreaterThan(0);
    expect(figures.falseRefusals.max).toBe(0);
  }
});

test('growth is measured on databases of different sizes, and each is safe', async () => {
  const { exitCode, stdout, stderr } = await runBench('--growth', '--tiny', '--json');
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  const { rows, verdict } = JSON.parse(stdout);
  expect(verdict.verdict).toBe('pass');
  expect(rows).toEqual([
    expect.objectContaining({ eventCount: 2, bookingsEach: 20, overFirst: 1, safe: true }),
    expect.objectContaining({ eventCount: 40, bookingsEach: 1, safe: true }),
  ]);
  for (const row of rows) {
    expect(row.bookingsPerSecond).toBeGreaterThan(0);
    expect(row.getsPerSecond).toBeGreaterThan(0);
    expect(row.listsPerSecond).toBeGreaterThan(0);
  }
});

test('every watcher hears of every change', async () => {
  const { exitCode, stdout, stderr } = await runBench('--watchers', '--tiny', '--json');
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  const [row] = JSON.parse(stdout).rows;
  expect(row).toMatchObject({ watcherCount: 20, commitCount: 10, seenCount: 200, brokenCount: 0 });
  expect(row.p50Ms).toBeGreaterThan(0);
});

test('every console hears of every storm', async () => {
  const { exitCode, stdout, stderr } = await runBench('--consoles', '--tiny', '--json');
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  const [row] = JSON.parse(stdout).rows;
  expect(row).toMatchObject({ processCount: 1, consoleCount: 2, isHeard: true });
  for (const storms of [row.with, row.without]) {
    expect(storms.bookingsPerSecond).toEqual([expect.any(Number)]);
    expect(storms.micros[0]).toBeGreaterThan(0);
  }
});

/** Six servers take their time on a busy machine. */
const startsMs = 180_000;

test(
  'limits and traces are there where they are measured, and refuse nobody who is honest',
  async () => {
    const { exitCode, stdout, stderr } = await runBench('--extras', '--tiny', '--json');
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    const { rows } = JSON.parse(stdout);
    const names = ['none', 'none_again', 'addresses', 'one_address', 'some_traces', 'traces'];
    expect(rows.map(({ name }: { name: string }) => name)).toEqual(names);
    for (const row of rows) {
      expect(row).toMatchObject({
        isAsTold: true,
        failedCount: 0,
        rateRatios: [expect.any(Number)],
      });
      expect(row.micros).toBeGreaterThan(0);
    }
  },
  startsMs,
);

test('an abuser is limited, and those who book are not', async () => {
  const { stdout } = await runBench('--abuse', '--tiny', '--json');
  const [row] = JSON.parse(stdout).rows;
  expect(row).toMatchObject({ name: 'cancels', isLimited: true, failedCount: 0 });
  expect(row.statuses).toMatchObject({ 200: expect.any(Number), 429: expect.any(Number) });
  expect(row.shares.api).toBeGreaterThan(0);
});

test('writers of one event and of several sell nothing twice', async () => {
  const { exitCode, stdout, stderr } = await runBench('--spread', '--tiny', '--json');
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  const { rows } = JSON.parse(stdout);
  expect(rows.map(({ groupSize }: { groupSize: number }) => groupSize)).toEqual([
    1, 1, 50, 50, 50, 500, 500, 500,
  ]);
  for (const row of rows) {
    expect(row.isSafe).toBe(true);
    expect(row.seatsPerSecond).toBeGreaterThan(0);
  }
});
