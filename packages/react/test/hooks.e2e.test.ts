import { secret, tokenOf } from '@holdfast/auth/testing';
import { createHoldfastClient, newId } from '@holdfast/client';
import { type Database, openDatabase } from '@holdfast/data';
import { freshTables } from '@holdfast/fixtures';
import { startTcpProxy, untilSeen } from '@holdfast/testing';
import { type ApiProcess, startApiProcess } from '@holdfast/testing/api-process';
import { findChromium, openBrowser } from '@holdfast/testing/chromium';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { watchAvailability } from '../src/availability-watch.ts';
import { servePage } from './hold-page.ts';

const browserPath = findChromium();

describe.skipIf(browserPath === null)('a page with the hooks, in Chromium', () => {
  let site: Awaited<ReturnType<typeof servePage>>;
  let database: Database;
  let api: ApiProcess;
  let browser: Browser;

  beforeAll(async () => {
    site = await servePage();
    const databaseUrl = await freshTables();
    database = await openDatabase({ url: databaseUrl });
    const settings = { AUTH_SECRET: secret, DATABASE_URL: databaseUrl, CORS_ORIGINS: site.origin };
    api = await startApiProcess(settings);
    browser = await openBrowser(browserPath ?? '');
  });

  afterAll(async () => {
    await browser.close();
    await Promise.all([site.close(), api.stop()]);
    await database.close();
  });

  const clientOf = async (user: string, role: 'user' | 'organizer' = 'user') =>
    createHoldfastClient({ url: api.url, token: await tokenOf(user, role) });

  /** An event on sale, of which a user may have several bookings: the server does not stop a second hold. */
  async function eventOnSale(policy: { holdDurationMs?: number } = {}): Promise<string> {
    const { event } = await clientOf('olga', 'organizer');
    const eventId = newId();
    const facts = { eventId, title: 'A concert', date: '2999-01-01T20:00:00Z', seatCount: 10 };
    await event.create({ ...facts, policy: { activeBookingsPerUserMax: 10, ...policy } });
    const opened = await event.open({ eventId });
    if (opened.status !== 'accepted') throw new Error(JSON.stringify(opened));
    return eventId;
  }

  /** The page of a new user, in a browser of their own. */
  async function startBrowsing(): Promise<BrowserContext> {
    const context = await browser.newContext();
    onTestFinished(() => context.close());
    return context;
  }

  interface Visit {
    readonly eventId: string;
    readonly user: string;
    readonly url?: string;
    readonly isForgetful?: boolean;
  }

  async function visit(context: BrowserContext, given: Visit): Promise<Page> {
    const { eventId, user, url = api.url, isForgetful = false } = given;
    const token = await tokenOf(user, 'user');
    const asked = new URLSearchParams({ url, token, eventId, userId: user });
    if (isForgetful) asked.set('forgetful', 'yes');
    const page = await context.newPage();
    await page.goto(`${site.origin}/#${asked.toString()}`);
    await says(page, 'hold', /none|held/);
    return page;
  }

  const press = (page: Page, name: string) =>
    page.getByRole('button', { name, exact: true }).click();

  const says = (page: Page, what: string, pattern: RegExp) =>
    page.getByTestId(what).filter({ hasText: pattern }).waitFor();

  const secondsOn = async (page: Page) => Number(await page.getByTestId('seconds').textContent());

  async function bookingsOf(user: string) {
    const { booking } = await clientOf(user);
    return (await booking.mine()).items;
  }

  /** Presses several times in each of two tabs, at once. */
  async function holdInTwoTabs(given: Visit): Promise<readonly Page[]> {
    const context = await startBrowsing();
    const tabs = [await visit(context, given), await visit(context, given)];
    const pressTwice = (tab: Page) =>
      tab.evaluate(() => {
        const [hold] = document.querySelectorAll('button');
        hold?.click();
        hold?.click();
      });
    await Promise.all(tabs.map(pressTwice));
    await Promise.all(tabs.map((tab) => says(tab, 'hold', /held/)));
    return tabs;
  }

  test('two tabs and double clicks hold once, and both tabs have the hold', async () => {
    const eventId = await eventOnSale();
    const [first, second] = await holdInTwoTabs({ eventId, user: 'ada' });
    expect(await bookingsOf('ada')).toMatchObject([{ status: 'held', quantity: 1 }]);
    if (first === undefined || second === undefined) throw new Error('There are two tabs.');
    await press(first, 'Buy');
    await says(first, 'ended', /confirmed/);
    // The other tab hears of it by itself.
    await says(second, 'ended', /confirmed/);
    await says(second, 'bookings', /^confirmed$/);
  });

  test('without its journal of ids, two tabs hold twice', async () => {
    // The second tab may be late, and then finds the hold of the first in the user's bookings.
    const bookings = await untilSeen(
      async (round) => {
        const user = `eve ${round}`;
        await holdInTwoTabs({ eventId: await eventOnSale(), user, isForgetful: true });
        return await bookingsOf(user);
      },
      ({ length }) => length > 1,
    );
    expect(bookings).toHaveLength(2);
  });

  test('a page that is loaded anew has its hold, with the server’s countdown, whatever its clock says', async () => {
    const eventId = await eventOnSale({ holdDurationMs: 600_000 });
    const context = await startBrowsing();
    await context.addInitScript(() => {
      const realNow = Date.now;
      Date.now = () => realNow() + 3_600_000;
    });
    const page = await visit(context, { eventId, user: 'bob' });
    await press(page, 'Hold two');
    await says(page, 'hold', /held/);
    await page.reload();
    await says(page, 'hold', /held/);
    const shown = await secondsOn(page);
    const [hold] = await bookingsOf('bob');
    if (hold?.status !== 'held') throw new Error('It is held.');
    // What the server says a moment later is a little less.
    expect(shown * 1_000).toBeGreaterThan(hold.expiresInMs - 2_000);
    expect(shown).toBeLessThanOrEqual(600);
    expect(hold.quantity).toBe(2);
    await press(page, 'Give back');
    await says(page, 'ended', /given_back/);
  });

  test('a hold of another machine is found, too', async () => {
    const eventId = await eventOnSale();
    const { booking } = await clientOf('cy');
    await booking.reserve({ eventId, quantity: 3 });
    const page = await visit(await startBrowsing(), { eventId, user: 'cy' });
    await says(page, 'hold', /held/);
    await press(page, 'Buy');
    await says(page, 'ended', /confirmed/);
    expect(await bookingsOf('cy')).toMatchObject([{ status: 'confirmed', quantity: 3 }]);
  });

  test('a machine that slept while its hold lapsed says so when it wakes', async () => {
    const eventId = await eventOnSale({ holdDurationMs: 3_000 });
    const page = await visit(await startBrowsing(), { eventId, user: 'dan' });
    await press(page, 'Hold');
    await says(page, 'hold', /held/);
    await page.evaluate('fallAsleep()');
    const statusNow = async () => (await bookingsOf('dan'))[0]?.status;
    await expect.poll(statusNow).toBe('expired');
    // Its clock has stood still: by that alone it would still count.
    await says(page, 'hold', /held/);
    await page.evaluate('wakeUp()');
    await says(page, 'ended', /lapsed/);
    // What ended holds nothing any longer: the next hold has an id of its own.
    await press(page, 'Hold');
    await says(page, 'hold', /held/);
  });

  test('a cut in the midst of a hold is found out about, and is one hold in the end', async () => {
    const eventId = await eventOnSale();
    await using proxy = await startTcpProxy(api.url);
    const page = await visit(await startBrowsing(), { eventId, user: 'fay', url: proxy.url });
    await says(page, 'seats', /live 10/);
    const request = 'POST /trpc/booking.reserve';
    proxy.cutNext({ cut: 'before_answer', when: request, first: () => proxy.cut() });
    await press(page, 'Hold');
    await says(page, 'command', /in doubt/);
    await says(page, 'seats', /stale 10/);
    await press(page, 'Hold');
    proxy.restore();
    await says(page, 'hold', /held/);
    await says(page, 'seats', /live 9/);
    expect(await bookingsOf('fay')).toMatchObject([{ status: 'held', quantity: 1 }]);
  });

  test('a page that was closed in the midst of a hold uses the same id again', async () => {
    const eventId = await eventOnSale();
    await using proxy = await startTcpProxy(api.url);
    const context = await startBrowsing();
    const given = { eventId, user: 'gus', url: proxy.url };
    const page = await visit(context, given);
    proxy.cutNext({
      cut: 'before_request',
      when: 'POST /trpc/booking.reserve',
      first: () => proxy.cut(),
    });
    await press(page, 'Hold');
    await says(page, 'command', /in doubt/);
    const kept = await page.evaluate(() => Object.values(localStorage));
    await page.close();
    proxy.restore();
    const next = await visit(context, given);
    await press(next, 'Hold two');
    await says(next, 'hold', /held/);
    expect(await bookingsOf('gus')).toMatchObject([{ id: kept[0], quantity: 2 }]);
  });

  test('an event that is not there takes no other with it', async () => {
    const there = await eventOnSale();
    const missing = newId();
    const { event } = await clientOf('jo');
    const seats = watchAvailability({ event, soon: queueMicrotask });
    const leave = [there, missing].map((eventId) => seats.subscribe(eventId, () => {}));
    const seen = () => [seats.read(there), seats.read(missing)];
    await expect.poll(seen).toMatchObject([
      { status: 'live', change: { availableSeats: 10 } },
      { status: 'failed', error: { fault: 'not_found' } },
    ]);
    for (const end of leave) end();
    expect(seen()).toEqual([{ status: 'loading' }, { status: 'loading' }]);
  });

  test('a hold is changed in one decision, and by a page that is loaded anew, too', async () => {
    const eventId = await eventOnSale();
    const page = await visit(await startBrowsing(), { eventId, user: 'kim' });
    await press(page, 'Hold');
    await says(page, 'hold', /held/);
    await page.reload();
    await says(page, 'hold', /held/);
    await press(page, 'Change to four');
    await says(page, 'bookings', /^held cancelled$/);
    const [held, before] = await bookingsOf('kim');
    expect(held).toMatchObject({ status: 'held', quantity: 4 });
    expect(before).toMatchObject({ status: 'cancelled', cancelledBy: 'replacement' });
  });

  test('a change that is refused leaves the hold as it was', async () => {
    const eventId = await eventOnSale();
    const { booking } = await clientOf('lou');
    await booking.book({ eventId, quantity: 8 });
    const page = await visit(await startBrowsing(), { eventId, user: 'max' });
    await press(page, 'Hold');
    await says(page, 'hold', /held/);
    await press(page, 'Change to four');
    await says(page, 'refusal', /sold_out/);
    await says(page, 'hold', /held/);
    expect(await bookingsOf('max')).toMatchObject([{ status: 'held', quantity: 1 }]);
  });

  test('a refusal is told as data, and leaves nothing behind', async () => {
    const eventId = await eventOnSale();
    const { booking } = await clientOf('hal');
    await booking.book({ eventId, quantity: 9 });
    const page = await visit(await startBrowsing(), { eventId, user: 'ida' });
    await press(page, 'Hold two');
    await says(page, 'refusal', /sold_out/);
    expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([]);
    await press(page, 'Hold');
    await says(page, 'hold', /held/);
  });
});
