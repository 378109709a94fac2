import { tokenOf } from '@holdfast/auth/testing';
import { violationsOf } from '@holdfast/testing/accessibility';
import { findChromium } from '@holdfast/testing/chromium';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSite, type Site } from './site.ts';

const browserPath = findChromium();

describe.skipIf(browserPath === null)('what stands around every page', () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite(browserPath ?? '');
  });
  afterAll(() => site[Symbol.asyncDispose]());

  test('a page loads from this server alone, under a policy that it never breaks', async () => {
    const page = await site.visit({ breaksPolicy: true });
    const asked: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).origin));
    page.on('console', (message) => void complaints.push(message.text()));
    page.on('pageerror', (error) => void complaints.push(String(error)));
    await page.reload();
    await page.getByRole('heading', { name: 'Events' }).waitFor();
    expect(new Set(asked)).toEqual(new Set([site.url]));
    expect(complaints).toEqual([]);
    // The policy would stop what does not belong here.
    const isLeft = await page.evaluate(() =>
      fetch('https://example.org').then(
        () => true,
        () => false,
      ),
    );
    expect(isLeft).toBe(false);
    await expect.poll(() => complaints.join()).toContain('Content Security Policy');
    const makesMarkup = await page.evaluate(() => {
      try {
        document.body.insertAdjacentHTML('beforeend', '<b>made of a text</b>');
        return true;
      } catch {
        return false;
      }
    });
    expect(makesMarkup).toBe(false);
  });

  test('a token is kept in the tab alone, and signing out forgets it', async () => {
    const page = await site.visit({ path: '/sign-in' });
    await page.getByLabel('Token').fill('nonsense');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('This is not a token').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    const token = await tokenOf('ann', 'organizer');
    await page.getByLabel('Token').fill(token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('banner').getByText('Signed in as \u2068ann\u2069').waitFor();
    await page.reload();
    await page.getByRole('link', { name: 'Organize' }).click();
    await page.getByRole('heading', { name: 'Your events' }).waitFor();
    const kept = () =>
      page.evaluate(() => ({
        local: JSON.stringify(localStorage),
        session: JSON.stringify(sessionStorage),
        cookie: document.cookie,
        address: location.href,
      }));
    const signedIn = await kept();
    expect(signedIn.session).toContain(token);
    expect(JSON.stringify({ ...signedIn, session: '' })).not.toContain(token);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: 'Sign in' }).waitFor();
    expect((await kept()).session).not.toContain(token);
  });

  test('a code is taken out of the address at once, and one that is no good is told', async () => {
    const page = await site.visit({ path: '/#code=used-up' });
    await page.getByText('The link does not work any more').waitFor();
    expect(page.url()).toBe(`${site.url}/`);
  });

  test('language and colours are those of the browser, until somebody chooses', async () => {
    const page = await site.visit({ locale: 'de', colorScheme: 'dark' });
    await page.getByRole('heading', { name: 'Veranstaltungen' }).waitFor();
    const looks = () =>
      page.evaluate(() => ({
        lang: document.documentElement.lang,
        ground: getComputedStyle(document.body).backgroundColor,
      }));
    const first = await looks();
    expect(first.lang).toBe('de');
    await page.getByLabel('Farben').selectOption('light');
    await page.getByLabel('Sprache').selectOption('en');
    await page.getByRole('heading', { name: 'Events' }).waitFor();
    const chosen = await looks();
    expect(chosen.lang).toBe('en');
    expect(chosen.ground).not.toBe(first.ground);
    await page.reload();
    await page.getByRole('heading', { name: 'Events' }).waitFor();
    expect(await looks()).toEqual(chosen);
  });

  test('who has to sign in again comes back to the page that asked for it', async () => {
    const path = `/events/${await site.eventOnSale()}`;
    const page = await site.visit({ path: '/' });
    // As after a night: the server does not take it any more.
    const [header, payload] = (await tokenOf('ann', 'user')).split('.');
    await page.evaluate(
      (token) => sessionStorage.setItem('holdfast.token', token),
      `${header}.${payload}.over`,
    );
    await page.goto(new URL(path, site.url).href);
    await page.getByText('Your sign-in has ended').first().waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('main').getByRole('link', { name: 'Sign in' }).first().click();
    await page.getByLabel('Token').fill(await tokenOf('ann', 'user'));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Hold 1 seat' }).waitFor();
    expect(page.url()).toBe(new URL(path, site.url).href);
  });

  test('a page that cannot be loaded says so, and takes no other with it', async () => {
    const page = await site.visit({ user: 'ann' });
    await page.route('**/assets/bookings-page-*.js', (route) => route.abort());
    await page.getByRole('link', { name: 'My bookings' }).click();
    await page.getByText('This page broke').waitFor();
    await page.getByRole('link', { name: 'Events' }).click();
    await page.getByRole('heading', { name: 'Events' }).waitFor();
    await page.unroute('**/assets/bookings-page-*.js');
    await page.reload();
    await page.getByRole('link', { name: 'My bookings' }).click();
    await page.getByText('You have no bookings yet').waitFor();
  });

  test('an address that is nowhere says so', async () => {
    const page = await site.visit({ path: '/organize/nowhere', user: 'olga', role: 'organizer' });
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('link', { name: 'See all events' }).click();
    await page.getByRole('heading', { name: 'Events' }).waitFor();
  });
});
