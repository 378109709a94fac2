import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { builtPages } from './built-pages.ts';

/** The issue's own bound on what a first visit loads, gzipped. */
const bytesMax = 120_000;

describe('what is built', () => {
  let folder: string;
  let html: string;
  beforeAll(async () => {
    folder = await builtPages();
    html = await readFile(join(folder, 'index.html'), 'utf8');
  });

  /** The scripts that a page loads before anything else, and all that these import at once. */
  async function firstScripts(): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    const add = async (path: string): Promise<void> => {
      if (found.has(path)) return;
      const text = await readFile(join(folder, path), 'utf8');
      found.set(path, text);
      // Not import("…"): that is loaded when it is wanted.
      for (const [, name = ''] of text.matchAll(/(?:from|import)\s*"\.\/([\w.-]+\.js)"/g)) {
        await add(`assets/${name}`);
      }
    };
    for (const [, path = ''] of html.matchAll(/(?:src|href)="\/(assets\/[\w.-]+\.js)"/g))
      await add(path);
    return found;
  }

  test('a first visit loads at most 120 KB of JavaScript, gzipped', async () => {
    const scripts = [...(await firstScripts()).values()];
    const bytes = scripts.reduce((sum, text) => sum + gzipSync(text, { level: 9 }).length, 0);
    // Less would mean that it did not see them.
    expect(bytes).toBeGreaterThan(60_000);
    expect(bytes).toBeLessThanOrEqual(bytesMax);
  });

  test('the page itself has no script and no style in it, and every address is of this server', () => {
    expect(html).not.toMatch(/<style|style=|<script[^>]*>[^<]/);
    expect(html).not.toMatch(/https?:|"\/\//);
    expect(html).not.toMatch(/ on\w+=/);
  });
});
