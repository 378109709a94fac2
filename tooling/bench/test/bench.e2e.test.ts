import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from '@holdfast/testing/chromium';
import { noFaults, openOffline } from '@holdfast/testing/offline-page';
import { readReport } from '@holdfast/testing/report-tables';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ratioNames } from '../src/ratios.ts';
import { runBench } from './run-bench.ts';

const browserPath = findChromium();

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

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
