import { violationsOf } from '@holdfast/testing/accessibility';
import { findChromium } from '@holdfast/testing/chromium';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSite, type Site } from './site.ts';

const browserPath = findChromium();
const olga = { user: 'olga', role: 'organizer' } as const;

/** The text beside a word in the list of an event's figures. */
const figure = (page: Page, name: string) =>
  page.locator('.seat-figures > div', { has: page.getByText(name, { exact: true }) }).locator('dd');

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

describe.skipIf(browserPath === null)('an organizer', () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite(browserPath ?? '');
  });
  afterAll(() => site[Symbol.asyncDispose]());

  test('makes an event with the keyboard alone, and is brought to what is wrong', async () => {
    const page = await site.visit({ path: '/organize/new', ...olga });
    await page.getByLabel('Title').focus();
    expect(await violationsOf(page)).toEqual([]);
    await page.keyboard.press('Enter');
    const alert = page.getByRole('alert');
    await alert.getByText('Some fields need another look').waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('name'));
    await expect.poll(focused).toBe('title');
    expect(await violationsOf(page)).toEqual([]);
    await page.keyboard.type('A turned \u202e title');
    await page.getByLabel('Date and time').fill('2999-06-01T20:00');
    await page.getByLabel('A hold lasts, in minutes').fill('999999');
    await page.keyboard.press('Enter');
    // What only the api knows stands at its fields as well.
    await alert.getByRole('button', { name: 'A hold lasts, in minutes' }).waitFor();
    await expect.poll(focused).toBe('title');
    expect(await page.locator('#field-holdMinutes').getAttribute('aria-invalid')).toBe('true');
    await page.getByText('The server says:').first().waitFor();
    await page.getByLabel('A hold lasts, in minutes').fill('5');
    await page.getByLabel('Title').fill('The concert');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'The concert' }).waitFor();
    await page.getByText('Draft: only you see it').waitFor();
    const [, eventId = ''] = /events\/(.+)$/.exec(page.url()) ?? [];
    const { event } = await site.clientOf('olga', 'organizer');
    expect(await event.get({ eventId })).toMatchObject({
      seatCount: 100,
      saleWindow: { opensAt: null, followsDate: true },
      policy: { holdDurationMs: 300_000, holdPauseMs: 0, cancelDeadlineMs: null },
    });
  });

  test('opens, closes and opens again, changes the seats, and hears why that is refused', async () => {
    const eventId = await site.eventOnSale({ seatCount: 10 });
    const { booking } = await site.clientOf('ann');
    await booking.book({ eventId, quantity: 4 });
    const page = await site.visit({ path: `/organize/events/${eventId}`, ...olga });
    await expect.poll(() => figure(page, 'sold').textContent()).toBe('4');
    expect(await violationsOf(page)).toEqual([]);
    await press(page, 'Close the sale');
    await page.getByText('Sale closed').waitFor();
    await press(page, 'Open the sale again');
    await page.getByText('On sale', { exact: true }).waitFor();
    const seats = page.getByLabel('Number of seats');
    await seats.fill('3');
    await press(page, 'Change');
    await page.getByText('More seats than that are sold or held').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await seats.fill('0');
    await press(page, 'Change');
    await page.getByText('The server says:').waitFor();
    await seats.fill('7');
    await press(page, 'Change');
    await expect.poll(() => figure(page, 'free').textContent()).toBe('3');
  });

  test('decides again where another has changed the event', async () => {
    const eventId = await site.eventOnSale({ seatCount: 10 });
    const page = await site.visit({ path: `/organize/events/${eventId}`, ...olga });
    await page.getByText('On sale', { exact: true }).waitFor();
    const { event } = await site.clientOf('olga', 'organizer');
    await event.setCapacity({ eventId, seatCount: 20 });
    await page.getByLabel('Number of seats').fill('15');
    await press(page, 'Change');
    await page.getByText('Somebody has changed the event since you looked').waitFor();
    expect(await event.get({ eventId })).toMatchObject({ seatCount: 20 });
    await press(page, 'Change');
    await expect.poll(() => figure(page, 'in all').textContent()).toBe('15');
  });

  test('calls an event off only after a question, which the keyboard can leave', async () => {
    const eventId = await site.eventOnSale();
    const page = await site.visit({ path: `/organize/events/${eventId}`, locale: 'de', ...olga });
    await press(page, 'Veranstaltung absagen');
    const dialog = page.getByRole('alertdialog', { name: 'Veranstaltung absagen?' });
    await dialog.waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    const { event } = await site.clientOf('olga', 'organizer');
    expect(await event.get({ eventId, maxAgeMs: 0 })).toMatchObject({ status: 'on_sale' });
    await page.keyboard.press('Enter');
    await dialog.getByRole('button', { name: 'Absagen', exact: true }).press('Enter');
    await page.getByText('Die Veranstaltung wurde abgesagt.').waitFor();
    expect(await event.get({ eventId, maxAgeMs: 0 })).toMatchObject({ status: 'cancelled' });
  });

  test('finds all own events, drafts too, on a phone', async () => {
    const { event } = await site.clientOf('nora', 'organizer');
    await event.create({ title: 'Not yet', date: '2999-01-01T20:00:00Z', seatCount: 3 });
    const viewport = { width: 360, height: 740 };
    const page = await site.visit({
      path: '/organize',
      user: 'nora',
      role: 'organizer',
      viewport,
    });
    await page.getByRole('link', { name: 'Not yet' }).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth);
    expect(await overflow()).toBeLessThanOrEqual(viewport.width);
    await page.getByRole('link', { name: 'New event' }).click();
    await page.getByRole('heading', { name: 'New event' }).waitFor();
    expect(await overflow()).toBeLessThanOrEqual(viewport.width);
  });
});
