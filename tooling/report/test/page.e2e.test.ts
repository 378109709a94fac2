import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from '@holdfast/testing/chromium';
import { noFaults, type OfflineBrowser, openOffline } from '@holdfast/testing/offline-page';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chartOf, columnChart, figureOf, pageOf, partOf, tableOf } from '../src/index.ts';

const browserPath = findChromium();
const hostile = `<img src="https://example.com/x.png" onerror="document.title='taken'"></script>"'&`;

const columns = ['what', 'much'].map((head, at) => ({ head, isWords: at === 0 }));
const table = { caption: 'Figures', columns, rows: [[hostile, '1,000']] };
const series = [
  { name: hostile, colour: '#1a7f37', values: [3, 0] },
  { name: 'no', colour: '#0a7ea4', values: [1, 9] },
];
const chart = columnChart({ title: hostile, below: 'ms', labels: ['0', '50'], series });
const content = pageOf({
  title: hostile,
  lead: hostile,
  verdict: 'fail',
  reasons: [hostile, 'x'.repeat(500)],
  parts: [
    partOf(hostile, [figureOf(chart, table)], [hostile]),
    partOf('Wide', [chartOf(chart), tableOf({ ...table, rows: [['w'.repeat(200), '1']] })]),
  ],
  json: { reason: hostile },
  origin: hostile,
});

describe.skipIf(browserPath === null)('a report, in Chromium without a network', () => {
  let folder: string;
  let file: string;
  let browser: OfflineBrowser;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-page-'));
    file = join(folder, 'report.html');
    await writeFile(file, content);
    browser = await openOffline(browserPath ?? '');
  });
  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  test('asks for nothing, and can be read by everybody, in both themes', async () => {
    expect(await browser.faultsOf(file)).toEqual(noFaults);
  });

  test('fits a phone, whatever it has to tell', async () => {
    const { page } = await browser.open(file, 'light');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  });

  test('shows text from elsewhere as text', async () => {
    const { page } = await browser.open(file, 'light');
    expect(await page.title()).toBe(`${hostile}: fail`);
    expect(await page.locator('h1').textContent()).toBe(hostile);
    expect(await page.locator('img, script').count()).toBe(0);
    expect(await page.locator('pre').textContent()).toBe(
      JSON.stringify({ reason: hostile }, null, 2),
    );
  });

  test('has its colours on the screen, and black on white on paper', async () => {
    const { page } = await browser.open(file, 'dark');
    const paper = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(await paper()).toBe('rgb(13, 17, 23)');
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await paper()).toBe('rgb(255, 255, 255)');
  });

  test('what asks for something, or is not readable by everybody, would be noticed', async () => {
    const other = join(folder, 'other.html');
    const image = '<img src="https://example.com/x.png">';
    const bad = content
      .replace(/'sha256-[^']+'/, "'sha256-AAAA'")
      .replace('<main>', `<main>${image}`);
    await writeFile(other, bad.replace("default-src 'none'", "default-src 'none'; img-src *"));
    const { asked, complaints, violations } = await browser.faultsOf(other);
    expect(asked).toContain('https://example.com/x.png');
    expect(complaints.join(' ')).toContain('Content Security Policy');
    expect(violations.join(' ')).toContain('image-alt');
  });
});
