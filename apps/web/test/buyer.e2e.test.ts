import { violationsOf } from '@holdfast/testing/accessibility';
import { findChromium } from '@holdfast/testing/chromium';
import { startTcpProxy } from '@holdfast/testing/tcp-proxy';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSite, type Site } from './site.ts';

const browserPath = findChromium();

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).click();
const sees = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();
const isHeld = (page: Page) => page.getByRole('heading', { name: 'Your seats are held' }).waitFor();

describe.skipIf(browserPath === null)('a buyer, in Chromium', () => {
  // No window ends while a test runs, and nobody else meets them.
  const limits = {
    CALL_WINDOW_SECONDS: '3600',
    USER_CALL_COUNT_MAX: '300',
    USER_UNSOLD_SEAT_COUNT_MAX: '9',
  };
  const evenings = Array.from({ length: 20 }, (_, index) => `Evening ${index}.`);
  let site: Site;
  let concertId: string;
  beforeAll(async () => {
    site = await openSite(browserPath ?? '', limits);
    // Before anybody looks at a list: one that has been read may be shown for 20 seconds.
    const listed = evenings.map((title) =>
      site.eventOnSale({ title, date: '2998-01-01T20:00:00Z' }),
    );
    const date = '2997-01-01T20:00:00Z';
    [concertId] = await Promise.all([
      site.eventOnSale({ title: 'Keyboard concert', date }),
      ...listed,
    ]);
  });
  afterAll(() => site[Symbol.asyncDispose]());

  const bookingsOf = async (user: string) =>
    (await (await site.clientOf(user)).booking.mine()).items;

  test('finds an event, holds seats, changes their number and buys them, by the keyboard alone', async () => {
    const page = await site.visit({ user: 'kay' });
    const go = async (name: string, role: 'button' | 'link' = 'button') => {
      const place = page.getByRole(role, { name, exact: true });
      await place.waitFor();
      await tabTo(page, name);
      await page.keyboard.press('Enter');
    };
    expect(await violationsOf(page)).toEqual([]);
    await go('Keyboard concert', 'link');
    await page.getByRole('heading', { name: 'Choose seats' }).waitFor();
    // Who comes from another page begins at its title.
    await expect.poll(() => focusedText(page)).toBe('Keyboard concert');
    await go('One seat more');
    await go('Hold 2 seats');
    await isHeld(page);
    await expect.poll(() => focusedText(page)).toBe('Your seats are held');
    expect(await violationsOf(page)).toEqual([]);
    await page.getByText('Another number of seats').focus();
    await page.keyboard.press('Enter');
    await go('One seat more');
    await go('Change to 3 seats');
    await sees(page, '3 seats are yours until');
    await go('Buy 3 seats');
    await sees(page, '3 seats are yours');
    expect(await violationsOf(page)).toEqual([]);
    expect(await bookingsOf('kay')).toMatchObject([
      { status: 'confirmed', quantity: 3, eventId: concertId },
      { status: 'cancelled' },
    ]);
  });

  test('sees events a page at a time, and each of them once', async () => {
    const page = await site.visit({});
    const shown = () => page.getByRole('heading', { level: 2 }).allTextContents();
    await expect.poll(shown).toHaveLength(20);
    await press(page, 'Show more events');
    await expect.poll(shown).toEqual(expect.arrayContaining(evenings));
    expect((await shown()).filter((title) => evenings.includes(title))).toHaveLength(20);
  });

  test('with two tabs and double clicks has one hold, and both tabs show it', async () => {
    const path = `/events/${await site.eventOnSale({ policy: { activeBookingsPerUserMax: 5 } })}`;
    const first = await site.visit({ path, user: 'tom' });
    const second = await site.openTab(first, path);
    for (const tab of [first, second])
      await tab.getByRole('button', { name: 'Hold 1 seat' }).waitFor();
    const pressTwice = (tab: Page) =>
      tab.evaluate(() => {
        const hold = document.querySelector<HTMLElement>('.button-primary');
        hold?.click();
        hold?.click();
      });
    await Promise.all([first, second].map(pressTwice));
    await Promise.all([first, second].map(isHeld));
    expect(await bookingsOf('tom')).toMatchObject([{ status: 'held', quantity: 1 }]);
    await press(first, 'Give back');
    await sees(second, 'You gave 1 seat back');
  });

  test('sees the server’s time run out though the clock is an hour off, and that the seats are lost', async () => {
    const eventId = await site.eventOnSale({ policy: { holdDurationMs: 4_000 } });
    const page = await site.visit({
      path: `/events/${eventId}`,
      user: 'liz',
      clockOffMs: 3_600_000,
    });
    await press(page, 'Hold 1 seat');
    await isHeld(page);
    expect(await page.getByRole('timer').textContent()).toMatch(/^0:0[1-4]$/);
    await sees(page, 'Your time is over');
    await press(page, 'Hold 1 seat');
    await isHeld(page);
  });

  test('finds the hold again after a reload, and gets more time where the rules give it', async () => {
    const policy = { holdDurationMs: 90_000, holdExtensionMaxMs: 600_000 };
    const eventId = await site.eventOnSale({ policy });
    const page = await site.visit({ path: `/events/${eventId}`, user: 'rae' });
    await press(page, 'Hold 1 seat');
    await isHeld(page);
    await page.reload();
    await isHeld(page);
    const timeLeft = () => page.getByRole('timer').textContent();
    await expect.poll(timeLeft).toMatch(/^1:2[0-8]$/);
    await press(page, 'I need more time');
    await expect.poll(timeLeft).toMatch(/^1:(30|29)$/);
    await page.goto(`${site.url}/bookings`);
    await sees(page, /Held for .* more: go on/);
  });

  test('hears by itself that the event was called off, and the hold with it', async () => {
    const eventId = await site.eventOnSale();
    const page = await site.visit({ path: `/events/${eventId}`, user: 'hana' });
    await press(page, 'Hold 1 seat');
    await isHeld(page);
    const { event } = await site.clientOf('olga', 'organizer');
    await event.close({ eventId, as: 'cancelled' });
    await sees(page, 'Your hold was called off');
    await sees(page, 'This event was called off');
    await expect.poll(() => page.getByRole('button', { name: /Hold|Buy/ }).count()).toBe(0);
  });

  test('is told that all is sold, and by itself that seats came back', async () => {
    const eventId = await site.eventOnSale({ seatCount: 2 });
    const { booking } = await site.clientOf('sam');
    const sold = await booking.book({ eventId, quantity: 2 });
    const page = await site.visit({ path: `/events/${eventId}`, user: 'sue' });
    await sees(page, 'Leave this page open');
    expect(await violationsOf(page)).toEqual([]);
    if (sold.status !== 'confirmed') throw new Error(JSON.stringify(sold));
    await booking.cancel({ eventId, bookingId: sold.id });
    await sees(page, 'Seats came back');
    await press(page, 'Hold 1 seat');
    await isHeld(page);
  });

  test('has the one hold though the api is killed when it was asked for', async () => {
    const path = `/events/${await site.eventOnSale()}`;
    await using proxy = await startTcpProxy(site.url);
    const page = await site.visit({ path, user: 'kit', url: proxy.url });
    await page.getByRole('button', { name: 'Hold 1 seat' }).waitFor();
    let startAgain = async () => {};
    const killed = Promise.withResolvers<void>();
    proxy.cutNext({
      cut: 'before_answer',
      when: 'POST /trpc/booking.reserve',
      first: () =>
        void site.killApi().then((start) => {
          startAgain = start;
          killed.resolve();
        }),
    });
    await press(page, 'Hold 1 seat');
    await killed.promise;
    await sees(page, 'We are finding out whether it worked');
    expect(await violationsOf(page)).toEqual([]);
    await startAgain();
    await isHeld(page);
    expect(await bookingsOf('kit')).toMatchObject([{ status: 'held', quantity: 1 }]);
  });

  test('who is offline is told so, and gets the one hold when the line is back', async () => {
    const eventId = await site.eventOnSale();
    const page = await site.visit({ path: `/events/${eventId}`, user: 'ole' });
    await sees(page, '10 of 10 seats are free');
    // What it shows is live from now on.
    await (await site.clientOf('oda')).booking.book({ eventId, quantity: 1 });
    await sees(page, '9 of 10 seats are free');
    await page.context().setOffline(true);
    await sees(page, 'the connection is cut');
    await press(page, 'Hold 1 seat');
    await sees(page, 'We are finding out whether it worked');
    await page.context().setOffline(false);
    await isHeld(page);
    expect(await bookingsOf('ole')).toMatchObject([{ status: 'held', quantity: 1 }]);
  });

  test('changes a booking, and gives it to somebody who accepts it', async () => {
    const eventId = await site.eventOnSale({ title: 'A gift' });
    const { booking } = await site.clientOf('gus');
    await booking.book({ eventId, quantity: 3 });
    const page = await site.visit({ path: '/bookings', user: 'gus' });
    await page.getByText('Change the number of seats').click();
    await press(page, 'One seat less');
    await press(page, 'Change to 2 seats');
    await page.getByText('2 seats', { exact: true }).waitFor();
    await page.getByText('Give it to somebody else').click();
    await page.getByLabel('Who is to have it?').fill('pia');
    await press(page, 'Offer');
    await sees(page, 'Offered to \u2068pia\u2069');
    expect(await violationsOf(page)).toEqual([]);
    const link = await page.getByLabel('Send them this link').inputValue();
    const stranger = await site.visit({ path: new URL(link).pathname, user: 'zoe' });
    await sees(stranger, 'Nothing is offered to you here');
    const other = await site.visit({ path: new URL(link).pathname, user: 'pia' });
    await other.getByRole('heading', { name: 'A gift' }).waitFor();
    expect(await violationsOf(other)).toEqual([]);
    await press(other, 'Take them');
    await sees(other, 'They are yours');
    expect(await bookingsOf('pia')).toMatchObject([{ status: 'confirmed', quantity: 2 }]);
  });

  test('is asked before seats are given back, and sees what others have called off', async () => {
    const own = await site.eventOnSale({ title: 'Own' });
    const ended = await site.eventOnSale({ title: 'Ended' });
    const off = await site.eventOnSale({ title: 'Off' });
    const { booking } = await site.clientOf('cal');
    await booking.book({ eventId: own, quantity: 1 });
    await booking.book({ eventId: off, quantity: 1 });
    const cancelled = await booking.book({ eventId: ended, quantity: 1 });
    if (cancelled.status !== 'confirmed') throw new Error(JSON.stringify(cancelled));
    const olga = await site.clientOf('olga', 'organizer');
    await olga.booking.cancel({
      eventId: ended,
      bookingId: cancelled.id,
      onBehalfOf: { userId: 'cal', reason: 'The chair broke' },
    });
    await olga.event.close({ eventId: off, as: 'cancelled' });
    const page = await site.visit({ path: '/bookings', user: 'cal' });
    const card = (title: string) => page.getByRole('listitem').filter({ hasText: title });
    await card('Ended').getByText('the organizer cancelled this booking').waitFor();
    await card('Off').getByText('the whole event was called off').waitFor();
    await card('Own').getByRole('button', { name: 'Give back' }).click();
    const dialog = page.getByRole('alertdialog', { name: 'Give 1 seat back?' });
    await dialog.getByText('Own').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await card('Own').getByRole('button', { name: 'Give back' }).press('Enter');
    await dialog.getByRole('button', { name: 'Give back' }).click();
    await card('Own').getByText('You gave it back').waitFor();
  });

  test('hears what a refusal means, and what to do next', async () => {
    const eventId = await site.eventOnSale();
    const { booking } = await site.clientOf('ned');
    await booking.book({ eventId, quantity: 1 });
    const page = await site.visit({ path: `/events/${eventId}`, user: 'ned', locale: 'de' });
    await press(page, '1 Platz reservieren');
    await sees(page, 'Sie haben so viele Buchungen für diese Veranstaltung');
    await sees(page, 'Ändern Sie die vorhandene');
    expect(await violationsOf(page)).toEqual([]);
  });

  test('who has held too much without buying is told how long to wait', async () => {
    const { booking } = await site.clientOf('max');
    await booking.reserve({ eventId: await site.eventOnSale(), quantity: 9 });
    const path = `/events/${await site.eventOnSale()}`;
    const page = await site.visit({ path, user: 'max' });
    await press(page, 'Hold 1 seat');
    await sees(page, 'That was too often');
    await sees(page, /^Try again in (?:60|59) minutes\. Nothing was done\.$/);
    expect(await violationsOf(page)).toEqual([]);
  });

  test('who has called too often is told so, and can try again', async () => {
    const { booking } = await site.clientOf('ivy');
    const calls = Array.from({ length: 300 }, () => booking.mine());
    await Promise.all(calls);
    const page = await site.visit({ path: '/bookings', user: 'ivy', locale: 'de' });
    const notice = page.getByText('Das war zu oft');
    await notice.waitFor();
    const answered = page.waitForResponse((response) => response.status() === 429);
    await press(page, 'Noch einmal versuchen');
    await answered;
    await notice.waitFor();
    expect(await violationsOf(page)).toEqual([]);
  });

  test('a hostile title is text, turns nothing around, and fits on a phone', async () => {
    // It is on the first page of the list.
    const harmless = 'Keyboard concert';
    const title = `<img src=x onerror=alert(1)>\u202Egnp.exe {count} ${'W'.repeat(80)}`;
    const page = await site.visit({
      path: '/sign-in',
      user: 'hal',
      viewport: { width: 320, height: 640 },
      reducedMotion: 'reduce',
    });
    // The api refuses such a title: the page has to stand it all the same.
    await page.route('**/trpc/event.*', async (route) => {
      if (route.request().url().includes('event.watch')) return await route.continue();
      const response = await route.fetch();
      const text = (await response.text()).replaceAll(harmless, title);
      await route.fulfill({ response, body: text });
    });
    await page.goto(`${site.url}/events/${concertId}`);
    const dialogs: string[] = [];
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(title);
    expect(await page.locator('h1 bdi').count()).toBe(1);
    await press(page, 'Hold 1 seat');
    await isHeld(page);
    for (const path of [`/events/${concertId}`, '/bookings', '/']) {
      await page.goto(new URL(path, site.url).href);
      await page.getByText('gnp.exe').first().waitFor();
      const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement);
      expect({ path, scrollWidth }).toEqual({ path, scrollWidth: clientWidth });
      expect(await violationsOf(page)).toEqual([]);
    }
    const motion = await page.evaluate(() =>
      [...document.querySelectorAll('*')].map((element) => {
        const { animationName, transitionDuration } = getComputedStyle(element);
        return `${animationName} ${transitionDuration}`;
      }),
    );
    expect(motion.filter((each) => !each.startsWith('none 0s'))).toEqual([]);
    expect(dialogs).toEqual([]);
  });
});

/** Presses Tab until what has this name has the keyboard. */
async function tabTo(page: Page, name: string): Promise<void> {
  const stepCountMax = 40;
  for (let step = 0; step < stepCountMax; step += 1) {
    if ((await focusedText(page)) === name) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`No ${stepCountMax} presses of Tab lead to "${name}".`);
}

const focusedText = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { activeElement } = document;
    return activeElement?.getAttribute('aria-label') ?? activeElement?.textContent ?? '';
  });
