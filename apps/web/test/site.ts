import { secret, tokenOf } from '@holdfast/auth/testing';
import { createHoldfastClient, type HoldfastClient, newId } from '@holdfast/client';
import { freshTables } from '@holdfast/fixtures';
import { type ApiProcess, startApiProcess } from '@holdfast/testing/api-process';
import { openBrowser } from '@holdfast/testing/chromium';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { builtPages } from './built-pages.ts';

type Role = 'user' | 'organizer' | 'admin';

/** How a visitor comes. */
interface Visit extends Pick<BrowserContextOptions, 'colorScheme' | 'viewport' | 'reducedMotion'> {
  readonly path?: string;
  /** Who is signed in; nobody unless said otherwise. */
  readonly user?: string;
  readonly role?: Role;
  readonly locale?: 'en' | 'de';
  /** By how much the browser's wall clock is wrong. */
  readonly clockOffMs?: number;
  /** The test breaks the pages' policy on purpose. Every other one fails where a page has tried to. */
  readonly breaksPolicy?: boolean;
  /** Where the api is reached: a proxy that can be cut, say. */
  readonly url?: string;
}

/** A real api that serves the built pages, and a browser. */
export interface Site extends AsyncDisposable {
  readonly url: string;
  readonly databaseUrl: string;
  /** A browser of their own, closed with the test. */
  visit(visit: Visit): Promise<Page>;
  /** One more tab of the same browser, signed in as that page is. */
  openTab(page: Page, path: string): Promise<Page>;
  clientOf(user: string, role?: Role): Promise<HoldfastClient>;
  /** An event on sale, of an organizer named olga; its id. */
  eventOnSale(facts?: Partial<EventFacts>): Promise<string>;
  /** Kills the api. Returns what starts it again on its old port. */
  killApi(): Promise<() => Promise<void>>;
}

type EventFacts = Parameters<HoldfastClient['event']['create']>[0];

/**
 * Starts it, with its pages built from the sources as they are.
 *
 * @param browserPath of findChromium
 * @example
 * const site = await openSite(browserPath);
 * const page = await site.visit({ path: '/bookings', user: 'ann' });
 */
export async function openSite(
  browserPath: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Site> {
  const [databaseUrl] = await Promise.all([freshTables(), builtPages()]);
  const env = { AUTH_SECRET: secret, DATABASE_URL: databaseUrl, ...settings };
  const browser = await openBrowser(browserPath);
  let api: ApiProcess = await startApiProcess(env);
  const { url } = api;
  const clientOf = async (user: string, role: Role = 'user') =>
    createHoldfastClient({ url, token: await tokenOf(user, role) });
  return {
    url,
    databaseUrl,
    clientOf,
    visit: (visit) => visitSite(browser, { url, ...visit }),
    async openTab(page, path) {
      const tab = await page.context().newPage();
      await tab.goto(new URL(path, page.url()).href);
      return tab;
    },
    async eventOnSale(facts = {}) {
      const { event } = await clientOf('olga', 'organizer');
      return await putOnSale(event, facts);
    },
    async killApi() {
      await api.stop('SIGKILL');
      return async () => {
        api = await startApiProcess({ ...env, PORT: new URL(url).port });
      };
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await api.stop();
    },
  };
}

/** What Chromium says where the Content-Security-Policy has stopped something. */
const aboutPolicy = /Content Security Policy|Trusted(?:HTML|Script)/;

async function visitSite(browser: Browser, visit: Visit & { readonly url: string }): Promise<Page> {
  const { path = '/', user, role = 'user', locale = 'en', clockOffMs = 0, url, ...options } = visit;
  const context = await browser.newContext({ ...options, locale });
  const complaints: string[] = [];
  context.on('console', (message) => {
    if (aboutPolicy.test(message.text())) complaints.push(message.text());
  });
  onTestFinished(async () => {
    await context.close();
    if (visit.breaksPolicy !== true) expect(complaints).toEqual([]);
  });
  if (user !== undefined) {
    const token = await tokenOf(user, role);
    await context.addInitScript((text) => sessionStorage.setItem('holdfast.token', text), token);
  }
  await context.addInitScript((offMs) => {
    const now = Date.now;
    Date.now = () => now() + offMs;
  }, clockOffMs);
  const page = await context.newPage();
  await page.goto(new URL(path, url).href);
  return page;
}

async function putOnSale(
  event: HoldfastClient['event'],
  facts: Partial<EventFacts>,
): Promise<string> {
  const eventId = newId();
  const ordinary = { title: 'A concert', date: '2999-01-01T20:00:00Z', seatCount: 10 };
  await event.create({ ...ordinary, eventId, ...facts });
  const opened = await event.open({ eventId });
  if (opened.status !== 'accepted') throw new Error(JSON.stringify(opened));
  return eventId;
}
