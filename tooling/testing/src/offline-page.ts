import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { violationsOf } from './accessibility.ts';
import { openBrowser } from './chromium.ts';

/** A file in Chromium, with no network and no script of its own. */
export interface OfflinePage {
  readonly page: Page;
  /** What it asked for beyond itself. Each of these was refused. */
  readonly asked: readonly string[];
  /** What it complained of, such as a style that its policy forbids. */
  readonly complaints: readonly string[];
}

type Theme = 'light' | 'dark';

/** A phone's width, in pixels. */
const phoneWidth = 360;

/** What was wrong with a file in either theme: nothing, where all is right. */
export interface OfflineFaults {
  readonly asked: readonly string[];
  readonly complaints: readonly string[];
  /** What is wrong for people with a disability, by the rules of axe. */
  readonly violations: readonly string[];
}

/** Opens files as somebody does who was sent them, on a phone, so that what is too wide shows. */
export interface OfflineBrowser extends AsyncDisposable {
  open(file: string, theme: Theme): Promise<OfflinePage>;
  faultsOf(file: string): Promise<OfflineFaults>;
}

/** @param browserPath as `findChromium` gives it */
export async function openOffline(browserPath: string): Promise<OfflineBrowser> {
  const browser = await openBrowser(browserPath);
  return {
    open: (file, theme) => open(browser, file, theme),
    async faultsOf(file) {
      const { page, asked, complaints } = await open(browser, file, 'light');
      const violations = await violationsOf(page);
      return { asked, complaints, violations };
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

async function open(browser: Browser, file: string, theme: Theme): Promise<OfflinePage> {
  const context = await browser.newContext({
    colorScheme: theme,
    viewport: { width: phoneWidth, height: 800 },
    offline: true,
  });
  const page = await context.newPage();
  const own = pathToFileURL(file).href;
  const asked: string[] = [];
  const complaints: string[] = [];
  await page.route('**/*', async (route) => {
    const url = route.request().url();
    if (url === own) return route.continue();
    asked.push(url);
    return route.abort();
  });
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', ({ message }) => complaints.push(message));
  await page.goto(own);
  return { page, asked, complaints };
}

/** What `faultsOf` finds of a file that has no fault. */
export const noFaults: OfflineFaults = { asked: [], complaints: [], violations: [] };
