import { readFile } from 'node:fs/promises';
import type { HoldfastClient } from '@holdfast/client';
import { openDatabase } from '@holdfast/data';
import { violationsOf } from '@holdfast/testing/accessibility';
import { findChromium } from '@holdfast/testing/chromium';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSite, type Site } from './site.ts';

const browserPath = findChromium();
const olga = { user: 'olga', role: 'organizer' } as const;
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

describe.skipIf(browserPath === null)('the bookings of an event', () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite(browserPath ?? '');
  });
  afterAll(() => site[Symbol.asyncDispose]());

  async function bookedBy(eventId: string, users: readonly string[]): Promise<void> {
    for (const user of users) {
      const { booking } = await site.clientOf(user);
      const answer = await booking.book({ eventId, quantity: 1 });
      if (answer.status !== 'confirmed') throw new Error(JSON.stringify(answer));
    }
  }

  const usersOn = (page: Page) => page.locator('tbody tr td:first-child').allTextContents();

  test('are searched by user, id and status, with the keyboard alone', async () => {
    const eventId = await site.eventOnSale({ seatCount: 30 });
    await bookedBy(eventId, ['ann', 'ben']);
    const { booking } = await site.clientOf('cat');
    const held = await booking.reserve({ eventId, quantity: 3 });
    if (held.status !== 'held') throw new Error(held.status);
    const page = await site.visit({ path: `/organize/events/${eventId}/bookings`, ...olga });
    await page.getByText('3 bookings shown').waitFor();
    expect(await usersOn(page)).toEqual(['ann', 'ben', 'cat']);
    expect(await violationsOf(page)).toEqual([]);
    await page.getByLabel('User', { exact: true }).fill('ben');
    await page.keyboard.press('Enter');
    await page.getByText('1 booking shown').waitFor();
    expect(await usersOn(page)).toEqual(['ben']);
    await page.getByLabel('User', { exact: true }).fill('');
    await page.getByLabel('Status').selectOption('held');
    await press(page, 'Search');
    await expect.poll(() => usersOn(page)).toEqual(['cat']);
    await page.getByLabel('Status').selectOption('');
    await page.getByLabel('Booking', { exact: true }).fill('no id');
    await press(page, 'Search');
    await page.getByText('The server says:').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByLabel('Booking', { exact: true }).fill(held.id);
    await press(page, 'Search');
    await expect.poll(() => usersOn(page)).toEqual(['cat']);
  });

  test('are shown a page at a time', async () => {
    const eventId = await site.eventOnSale({ seatCount: 30 });
    await bookedBy(
      eventId,
      Array.from({ length: 21 }, (_, n) => `user ${n}`),
    );
    const page = await site.visit({ path: `/organize/events/${eventId}/bookings`, ...olga });
    await page.getByText('20 bookings shown').waitFor();
    await press(page, 'Show more bookings');
    await page.getByText('21 bookings shown').waitFor();
  });

  test('of a status that hardly any has are found behind thousands of others', async () => {
    const eventId = await site.eventOnSale({ seatCount: 20_000 });
    const database = await openDatabase({ url: site.databaseUrl });
    // A few at a time, for a statement may take two seconds.
    for (let count = 0; count < 10_500; count += 1_500) {
      await database.pool.query(
        `insert into bookings (event_id, id, user_id, ordinal, seat_count, status, changed_at, created_at)
         select $1, gen_random_uuid(), 'user ' || n, 1, 1, 'confirmed', now(), now() - interval '1 hour'
         from generate_series($2::int + 1, $2::int + 1500) n`,
        [eventId, count],
      );
    }
    await database.close();
    const { booking } = await site.clientOf('rare');
    await booking.reserve({ eventId, quantity: 1 });
    const page = await site.visit({ path: `/organize/events/${eventId}/bookings`, ...olga });
    await page.getByText('20 bookings shown').waitFor();
    await page.getByLabel('Status').selectOption('held');
    await press(page, 'Search');
    await expect.poll(() => usersOn(page)).toEqual(['rare']);
    await page.getByLabel('Status').selectOption('expired');
    await press(page, 'Search');
    await page.getByText('No booking fits.').waitFor();
  });

  test('are saved as a file, as spreadsheets of the language expect it, with formulas defused', async () => {
    const eventId = await site.eventOnSale({ seatCount: 30 });
    await bookedBy(eventId, ['=HYPERLINK("http://evil.example")', 'Mia Müller']);
    const path = `/organize/events/${eventId}/bookings`;
    const page = await site.visit({ path, locale: 'de', ...olga });
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      press(page, 'Als Datei speichern (CSV)'),
    ]);
    expect(download.suggestedFilename()).toBe(`bookings-${eventId}.csv`);
    const text = await readFile(await download.path(), 'utf8');
    expect(text).toMatch(/^\ufeff"booking_id";"user_id";/);
    expect(text).toContain(`;"'=HYPERLINK(""http://evil.example"")";"confirmed";"1";`);
    expect(text).toContain(';"Mia Müller";');
    await page.getByText('Die Datei ist gespeichert').waitFor();
    const token = await page.evaluate(() => sessionStorage.getItem('holdfast.token'));
    expect(asked.join(' ')).not.toContain(token ?? 'there is one');
    expect(await violationsOf(page)).toEqual([]);
  });

  async function bookingPage(
    user: string,
  ): Promise<{ page: Page; client: HoldfastClient; ids: Ids }> {
    const eventId = await site.eventOnSale({ seatCount: 30 });
    const client = await site.clientOf(user);
    const booked = await client.booking.book({ eventId, quantity: 2 });
    if (booked.status !== 'confirmed') throw new Error(booked.status);
    const path = `/organize/events/${eventId}/bookings/${booked.id}`;
    const page = await site.visit({ path, ...olga });
    return { page, client, ids: { eventId, bookingId: booked.id } };
  }

  test('are cancelled for a user with a reason, after a question, and the history says why', async () => {
    const { page, client, ids } = await bookingPage('ann');
    expect(await violationsOf(page)).toEqual([]);
    await press(page, 'Cancel this booking');
    await page.getByText('Some fields need another look').waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('name'));
    await expect.poll(focused).toBe('cancelReason');
    await page.keyboard.type('asked by telephone');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('alertdialog', { name: 'Cancel this booking?' });
    await dialog.getByText('2 seats are free for others at once').waitFor();
    expect((await client.booking.get(ids)).status).toBe('confirmed');
    expect(await violationsOf(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Cancel it' }).press('Enter');
    await page.getByRole('cell', { name: 'asked by telephone' }).waitFor();
    expect(await client.booking.get(ids)).toMatchObject({ cancelledBy: 'organizer' });
    expect(await violationsOf(page)).toEqual([]);
  });

  test('move to another user at once; a name that nobody can have is told at its field', async () => {
    const { page, ids } = await bookingPage('ben');
    const move = async (toUserId: string) => {
      const form = page.getByRole('form', { name: 'Move to another user' });
      await form.getByLabel('To which user').fill(toUserId);
      await form.getByLabel('Reason').fill('fell ill');
      await press(page, 'Move this booking');
      const dialog = page.getByRole('alertdialog', { name: 'Move this booking?' });
      await dialog.getByRole('button', { name: 'Move it' }).click();
    };
    await move('zero\u200bwidth');
    await page.getByText('The server says:').first().waitFor();
    await move('eve');
    await page.getByRole('heading', { name: 'eve' }).waitFor();
    const { booking } = await site.clientOf('eve');
    expect((await booking.get(ids)).status).toBe('confirmed');
  });
});

interface Ids {
  readonly eventId: string;
  readonly bookingId: string;
}
