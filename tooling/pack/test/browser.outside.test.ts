import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { tokenOf } from '@holdfast/auth/testing';
import { findChromium, openBrowser } from '@holdfast/testing/chromium';
import type { ApiProcess } from '@holdfast/testing/api-process';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { packedNames } from '../src/packed-names.ts';
import { startProject } from './outside.ts';
import { sellInApi } from './sell-in-api.ts';
import { serveFolder } from '@holdfast/testing/static-server';

/** A fresh machine downloads Vite. */
const timeoutMs = 240_000;
const page = fileURLToPath(new URL('fixtures/page/', import.meta.url));
/** Much more than they are (the test prints it), and much less than a page should load for a booking. */
const sizeMax = { book: 30_000, rules: 12_000 };

const browserPath = findChromium();
let folder: string;

const tarballOf = (name: (typeof packedNames)[number]) =>
  inject('tarballs')[packedNames.indexOf(name)] ?? '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-page-'));
  const project = await startProject(folder);
  await cp(page, folder, { recursive: true });
  await project.install(tarballOf('client'), tarballOf('domain'), 'vite@8.3.8');
  await build('page', 'index.html');
  await build('rules', 'rules.ts');

  async function build(name: string, entry: string): Promise<void> {
    const program = `import { build } from 'vite';
      await build({ logLevel: 'error', build: { outDir: '${name}', target: 'es2022', modulePreload: false,
        rollupOptions: { input: '${entry}' } } });`;
    const args = ['--input-type=module', '--eval', program];
    const { exitCode, output } = await project.run(process.execPath, ...args);
    if (exitCode !== 0) throw new Error(output);
  }
}, timeoutMs);

afterAll(() => rm(folder, { recursive: true, force: true }));

async function gzippedSize(name: string): Promise<number> {
  const files = await readdir(join(folder, name, 'assets'));
  const scripts = files.filter((file) => file.endsWith('.js'));
  const contents = await Promise.all(
    scripts.map((file) => readFile(join(folder, name, 'assets', file))),
  );
  return contents.reduce((sum, content) => sum + gzipSync(content).length, 0);
}

test('the client is small in a page, and so are the rules', async () => {
  const sizes = { book: await gzippedSize('page'), rules: await gzippedSize('rules') };
  console.log(`Minified and gzipped: the client ${sizes.book} bytes, the rules ${sizes.rules}.`);
  expect(sizes.book).toBeGreaterThan(1_000);
  expect(sizes.rules).toBeGreaterThan(1_000);
  expect(sizes.book).toBeLessThan(sizeMax.book);
  expect(sizes.rules).toBeLessThan(sizeMax.rules);
});

describe.skipIf(browserPath === null)('a page that Vite built, in Chromium', () => {
  let browser: Browser;
  let site: Awaited<ReturnType<typeof serveFolder>>;
  let api: ApiProcess;
  let eventId: string;

  beforeAll(async () => {
    site = await serveFolder(join(folder, 'page'));
    ({ api, eventId } = await sellInApi({ CORS_ORIGINS: site.origin }));
    browser = await openBrowser(browserPath ?? '');
  });

  afterAll(async () => {
    await browser.close();
    await Promise.all([site.close(), api.stop()]);
  });

  /** What the page says in the end, loaded from this origin. */
  async function saidBy(origin: string, user: string): Promise<string> {
    const token = await tokenOf(user, 'user');
    const asked = new URLSearchParams({ url: api.url, token, eventId });
    const tab = await browser.newPage();
    await tab.goto(`${origin}/#${asked.toString()}`);
    const output = tab.locator('output:not(:empty)');
    const said = await output.textContent();
    await tab.close();
    return said ?? '';
  }

  test('books a seat at an api of another origin, and watches it', async () => {
    expect(await saidBy(site.origin, 'ann')).toBe('confirmed, 9 left');
  });

  test('of an origin that the api does not name is told so, and by which setting that is fixed', async () => {
    const other = await serveFolder(join(folder, 'page'));
    try {
      expect(await saidBy(other.origin, 'bob')).toMatch(/CORS/);
    } finally {
      await other.close();
    }
  });
});
