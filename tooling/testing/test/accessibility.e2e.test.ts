import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { violationsOf } from '../src/accessibility.ts';
import { findChromium, openBrowser } from '../src/chromium.ts';

const browserPath = findChromium();

/** A page of which everything but its button is right; its colours change within half a second. */
const pageWith = (dark: { readonly ink: string }, also = '') => `<!doctype html>
  <html lang="en"><title>A page</title>
  <style>
    button { background: white; color: black; transition: all 0.5s; }
    @media (prefers-color-scheme: dark) {
      body { background: black; color: white; }
      button { background: black; color: ${dark.ink}; }
    }
    @keyframes turn { to { rotate: 1turn; } }
  </style>
  <main><h1>A page</h1><button>Press</button>${also}</main>`;

describe.skipIf(browserPath === null)('a page that is asked about its violations', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser(browserPath ?? '');
  });
  afterAll(() => browser.close());

  const violationsIn = async (html: string) => {
    const page = await browser.newPage();
    await page.setContent(html);
    return (await violationsOf(page)).map((found) => found.split(': ').slice(0, 2).join(': '));
  };

  test('is not judged by colours that are still changing, and may have something that turns for ever', async () => {
    const spinner = '<p style="animation: turn 1s infinite">Working</p>';
    expect(await violationsIn(pageWith({ ink: 'white' }, spinner))).toEqual([]);
  });

  test('is judged by those it comes to rest with, in dark as well', async () => {
    expect(await violationsIn(pageWith({ ink: '#222' }))).toEqual(['dark: color-contrast']);
  });
});
