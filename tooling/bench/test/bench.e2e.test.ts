import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { providedServices } from '@holdfast/testing';
import { findChromium } from '@holdfast/testing/chromium';
import { noFaults, openOffline } from '@holdfast/testing/offline-page';
import { readReport } from '@holdfast/testing/report-tables';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { variants } from '../src/admission-matrix/variants.ts';
import { ratioNames } from '../src/ratios.ts';

const browserPath = findChromium();

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

async function runBench(...args: readonly string[]) {
  const { databaseUrl, redisUrl } = providedServices();
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, DATABASE_URL: databaseUrl, REDIS_URL: redisUrl },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { exitCode: child.exitCode, stdout, stderr };
}

test("two ways that sell out: the guide's admission is found out, and Holdfast is safe", async () => {
  const file = join(folder, 'bench.html');
  const { exitCode, stdout, stderr } = await runBench('--tiny', '--json', '--report', file);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  const report = JSON.parse(stdout);
  expect(readReport(await readFile(file, 'utf8')).json).toEqual(report);
  expect(report.rows).toEqual([
    expect.objectContaining({ way: 'one_update', claimsSafe: true, safe: true, oversold: 0 }),
    expect.objectContaining({ way: 'guide_admission', claimsSafe: false, safe: false }),
    expect.objectContaining({ way: 'holdfast', claimsSafe: true, safe: true, oversold: 0 }),
  ]);
  // A cold way beside a warm one would be three times too slow, also where it runs only for the tables.
  for (const { way } of report.rows) expect(stderr).toContain(`warm-up: ${way}`);
  for (const row of report.rows) {
    expect(row).toMatchObject({ load: 'sell_out', connections: 100 });
    for (const name of ['bookingsPerSecond', 'p50Ms', 'p99Ms'])
      expect(row[name]).toBeGreaterThan(0);
  }
  expect(Object.keys(report.ratios)).toEqual([...ratioNames]);
  expect(report.ceilings).toEqual([]);
});

test.skipIf(browserPath === null)('its report opens without a network, for everybody', async () => {
  await using browser = await openOffline(browserPath ?? '');
  expect(await browser.faultsOf(join(folder, 'bench.html'))).toEqual(noFaults);
});

test('what it does not know, it says, with exit code 2', async () => {
  const { exitCode, stdout, stderr } = await runBench('--fast');
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain("unknown option '--fast'");
});

test('a report that cannot be written is refused before anything is measured', async () => {
  const { exitCode, stdout, stderr } = await runBench('--tiny', '--report', folder);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toMatch(/^error: --report: .* is a folder/);
  const matrix = await runBench('--admission', '--report', join(folder, 'matrix.html'));
  expect(matrix).toMatchObject({ exitCode: 2, stdout: '' });
  expect(matrix.stderr).toContain('Leave out --report, or --admission');
});

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
