import { tokenOf } from '@holdfast/auth/testing';
import { createHoldfastClient, newId } from '@holdfast/client';
import { audit, type Database, findEventNow, openDatabase } from '@holdfast/data';
import { type HoldfastWorker, openHoldfastWorker } from '@holdfast/engine/worker';
import { startTcpProxy } from '@holdfast/testing';
import { violationsOf } from '@holdfast/testing/accessibility';
import { findChromium } from '@holdfast/testing/chromium';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSite, type Site } from './site.ts';

const browserPath = findChromium();

describe.skipIf(browserPath === null)('the console of a sale', () => {
  let site: Site;
  let database: Database;
  let worker: HoldfastWorker;
  beforeAll(async () => {
    site = await openSite(browserPath ?? '');
    database = await openDatabase({ url: site.databaseUrl });
    worker = await openHoldfastWorker({ databaseUrl: site.databaseUrl });
  });
  afterAll(async () => {
    await worker.stop();
    await database.close();
    await site[Symbol.asyncDispose]();
  });

  const figure = (page: Page, name: string) => page.locator(`[data-figure="${name}"]`).innerText();

  const openConsole = (eventId: string, more: object = {}) =>
    site.visit({
      path: `/organize/events/${eventId}/live`,
      user: 'olga',
      role: 'organizer',
      ...more,
    });

  /** Each user holds a seat and confirms it; how many have one in the end. */
  async function storm(eventId: string, userCount: number): Promise<number> {
    const visits = Array.from({ length: userCount }, async () => {
      const { booking } = createHoldfastClient({
        url: site.url,
        token: await tokenOf(newId(), 'user'),
      });
      const hold = await booking.reserve({ eventId, quantity: 1 });
      if (hold.status !== 'held') return hold.status;
      return (await booking.confirm({ eventId, bookingId: hold.id })).status;
    });
    return (await Promise.all(visits)).filter((status) => status === 'confirmed').length;
  }

  test('shows a storm of 1,000 at 500 seats, and in the end what the audit and the tables say', async () => {
    const eventId = await site.eventOnSale({ seatCount: 500, title: 'The storm' });
    const page = await openConsole(eventId);
    const complaints: string[] = [];
    page.on('console', (message) => void complaints.push(message.text()));
    page.on('pageerror', (error) => void complaints.push(String(error)));
    await page.getByRole('heading', { name: 'The storm' }).waitFor();
    await expect.poll(() => figure(page, 'free')).toContain('500');
    expect(await storm(eventId, 1_000)).toBe(500);
    const { violationCount } = await audit(database, { eventId });
    const event = await findEventNow(database, eventId);
    expect([violationCount, event?.capacity]).toEqual([0, { total: 500, available: 0, held: 0 }]);
    await expect.poll(() => figure(page, 'sold')).toMatch(/\b500\nof 500 seats/);
    await expect.poll(() => figure(page, 'held')).toMatch(/\b0$/);
    await expect.poll(() => figure(page, 'free')).toMatch(/\b0$/);
    await expect.poll(() => figure(page, 'booked')).toContain('500 in all');
    await expect.poll(() => figure(page, 'refused')).toContain('500 in all');
    const refusals = page.locator('[data-reason="sold_out"] td').first();
    await expect.poll(() => refusals.innerText()).toBe('500');
    await expect.poll(() => page.getByRole('alert').count()).toBe(0);
    expect(await page.locator('[data-fact="machinery.violations"]').innerText()).toContain('0');
    await page.locator('summary').first().click();
    await page.getByRole('region', { name: 'Seats' }).getByRole('row').nth(3).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('says that the connection is cut, since when, and goes on by itself with what it missed', async () => {
    const eventId = await site.eventOnSale({ seatCount: 20 });
    await using network = await startTcpProxy(site.url);
    const page = await openConsole(eventId, { url: network.url });
    await expect.poll(() => figure(page, 'free')).toContain('20');
    network.cut();
    const stale = page.getByRole('alert').filter({ hasText: 'No news since' });
    await stale.waitFor();
    expect(await violationsOf(page)).toEqual([]);
    expect(await storm(eventId, 5)).toBe(5);
    network.restore();
    await stale.waitFor({ state: 'detached' });
    await expect.poll(() => figure(page, 'booked')).toContain('5 in all');
    await expect.poll(() => figure(page, 'sold')).toMatch(/\b5\nof 20 seats/);
  });

  test('that cannot be reached at first says so, and begins when it can', async () => {
    const eventId = await site.eventOnSale({ seatCount: 20 });
    const page = await site.visit({ user: 'olga', role: 'organizer' });
    await page.route('**/trpc/event.sale*', (route) => route.abort());
    await page.goto(`${site.url}/organize/events/${eventId}/live`);
    await page.getByText('The server does not answer').waitFor();
    await page.unroute('**/trpc/event.sale*');
    await expect.poll(() => figure(page, 'free')).toContain('20');
    await page.getByText('The server does not answer').waitFor({ state: 'detached' });
  });

  test('is loud where no worker is there, and quiet when one is back', async () => {
    const eventId = await site.eventOnSale();
    await worker.stop();
    const page = await openConsole(eventId, { locale: 'de', colorScheme: 'dark' });
    const alarm = page.getByRole('alert').filter({ hasText: 'Von keinem Worker ist zu hören' });
    await alarm.waitFor();
    worker = await openHoldfastWorker({ databaseUrl: site.databaseUrl });
    await alarm.waitFor({ state: 'detached' });
  });

  test('fits a phone, and a wall, which Escape ends', async () => {
    const eventId = await site.eventOnSale();
    const page = await openConsole(eventId, { viewport: { width: 360, height: 740 } });
    await expect.poll(() => figure(page, 'free')).toContain('10');
    const isTooWide = () =>
      page.evaluate(
        () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
      );
    // Charts take the size that they are given in the next frame.
    await expect.poll(isTooWide).toBe(false);
    await page.setViewportSize({ width: 1_920, height: 1_080 });
    await page.getByRole('button', { name: 'Show on a wall' }).click();
    await expect.poll(() => page.getByRole('banner').isVisible()).toBe(false);
    const heightOf = () =>
      page.evaluate(() => document.querySelector('.figure-value')?.clientHeight ?? 0);
    await expect.poll(heightOf).toBeGreaterThan(100);
    await expect.poll(isTooWide).toBe(false);
    expect(await violationsOf(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('banner').isVisible()).toBe(true);
  });

  test("of another organizer's event is as if it did not exist", async () => {
    const eventId = await site.eventOnSale();
    const page = await openConsole(eventId, { user: 'oscar' });
    await page.getByText('There is no such event').waitFor();
  });
});
