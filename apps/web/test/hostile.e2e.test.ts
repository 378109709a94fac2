import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@holdfast/data';
import { violationsOf } from '@holdfast/testing/accessibility';
import { findChromium } from '@holdfast/testing/chromium';
import { serveFolder } from '@holdfast/testing/static-server';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openSite, type Site } from './site.ts';
import { turnedTexts } from './turned-texts.ts';

const browserPath = findChromium();
const olga = { user: 'olga', role: 'organizer' } as const;

const markup = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';
const turned = '\u202etxt.exe';
const hostile = `${markup} {count} =1+1 ${turned}`;

describe.skipIf(browserPath === null)('whoever means harm', () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite(browserPath ?? '');
  });
  afterAll(() => site[Symbol.asyncDispose]());

  /**
   * An event with a booking whose title, users and reasons are hostile. The api takes no text that turns its direction,
   * so that is written past it: rows may come from elsewhere.
   */
  async function hostileBooking() {
    const eventId = await site.eventOnSale({ title: markup, seatCount: 10 });
    const user = `=cmd|' /C calc'!A0 ${markup}`;
    const { booking } = await site.clientOf(user);
    const booked = await booking.book({ eventId, quantity: 2 });
    if (booked.status !== 'confirmed') throw new Error(booked.status);
    const organizer = await site.clientOf('olga', 'organizer');
    const onBehalfOf = { userId: user, reason: `${markup} =1+1` };
    await organizer.booking.transfer({
      eventId,
      bookingId: booked.id,
      toUserId: markup,
      onBehalfOf,
    });
    const database = await openDatabase({ url: site.databaseUrl });
    await database.pool.query('update events set title = $2 where id = $1', [eventId, hostile]);
    await database.pool.query('update bookings set user_id = $2 where event_id = $1', [
      eventId,
      hostile,
    ]);
    await database.close();
    return { eventId, bookingId: booked.id };
  }

  async function expectText(page: Page, shown: string): Promise<void> {
    await page.getByText(shown).first().waitFor();
    const harm = await page.evaluate(() => ({
      hacked: Reflect.get(globalThis, 'hacked') ?? null,
      elements: document.querySelectorAll('img[src="x"], #page script').length,
    }));
    expect(harm).toEqual({ hacked: null, elements: 0 });
    expect(await turnedTexts(page)).toEqual([]);
  }

  test('gets no markup, no direction and no formula out of titles, names and reasons', async () => {
    const { eventId, bookingId } = await hostileBooking();
    const complaints: string[] = [];
    const page = await site.visit({ ...olga, viewport: { width: 360, height: 740 } });
    page.on('console', (message) => void complaints.push(message.text()));
    page.on('pageerror', (error) => void complaints.push(String(error)));
    const places = ['', ...['', '/live', '/bookings'].map((place) => `/events/${eventId}${place}`)];
    for (const place of [...places, `/events/${eventId}/bookings/${bookingId}`]) {
      await page.goto(`${site.url}/organize${place}`);
      await expectText(page, 'onerror=');
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
        360,
      );
    }
    await page.getByRole('cell', { name: '=1+1' }).first().waitFor();
    expect(await violationsOf(page)).toEqual([]);
    expect(complaints).toEqual([]);
    const { event } = await site.clientOf('olga', 'organizer');
    const file = await new Response(await event.exportBookings({ eventId })).text();
    expect(file).toContain(`<img src=x onerror=""window.hacked=1"">`);
    expect(file).not.toMatch(/(^|[,;\t\r\n])["\s]*[=+\-@]/);
  });

  test('negative control: a text that turns what follows, without isolation, is found', async () => {
    const page = await site.visit({});
    await page.evaluate((text) => document.querySelector('main')?.append(text), hostile);
    expect(await turnedTexts(page)).toEqual([hostile]);
  });

  /** A page of another origin, as somebody else serves it. */
  async function foreignPage(html: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'foreign-page-'));
    await writeFile(join(folder, 'index.html'), `<!doctype html><title>Foreign</title>${html}`);
    const server = await serveFolder(folder);
    onTestFinished(async () => {
      await server.close();
      await rm(folder, { recursive: true });
    });
    return server.origin;
  }

  test('makes no call with the rights of who is signed in, from a page of another origin', async () => {
    const eventId = await site.eventOnSale();
    const page = await site.visit({ path: `/organize/events/${eventId}`, ...olga });
    await page.getByText('On sale', { exact: true }).waitFor();
    // There is nothing that a browser would send by itself.
    expect(await page.context().cookies()).toEqual([]);
    const close = `${site.url}/trpc/event.close`;
    const body = JSON.stringify({ eventId });
    const foreign = await page.context().newPage();
    const statuses: number[] = [];
    foreign.on('response', (answer) => {
      if (answer.url().startsWith(site.url)) statuses.push(answer.status());
    });
    await foreign.goto(
      await foreignPage(`<form method="post" enctype="text/plain" action="${close}">
        <input name='{"eventId":"${eventId}","x":"' value='"}'></form>`),
    );
    const read = await foreign.evaluate(
      async ({ url, site: origin, text }) => {
        const tries = [
          fetch(url, { method: 'POST', mode: 'no-cors', credentials: 'include', body: text }),
          fetch(url, {
            method: 'POST',
            credentials: 'include',
            headers: { 'content-type': 'application/json' },
            body: text,
          }),
          fetch(`${origin}/trpc/event.list?input={"mine":true}`, { credentials: 'include' }),
        ];
        const ends = await Promise.allSettled(tries);
        return ends.map((end) => (end.status === 'fulfilled' ? end.value.type : 'blocked'));
      },
      { url: close, site: site.url, text: body },
    );
    expect(read).toEqual(['opaque', 'blocked', 'blocked']);
    await foreign.evaluate(() => document.querySelector('form')?.submit());
    await foreign.waitForURL(close);
    expect(statuses.filter((status) => status < 400 && status !== 204)).toEqual([]);
    const { event } = await site.clientOf('olga', 'organizer');
    expect(await event.get({ eventId, maxAgeMs: 0 })).toMatchObject({ status: 'on_sale' });
    // Negative control: the page itself, which has the token, can.
    await page.getByRole('button', { name: 'Close the sale' }).click();
    await page.getByText('Sale closed').waitFor();
  });

  test('puts no page into a frame, to have clicks on what is not seen', async () => {
    const eventId = await site.eventOnSale();
    const path = `/organize/events/${eventId}`;
    const answer = await fetch(site.url + path, { headers: { accept: 'text/html' } });
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(answer.headers.get('x-frame-options')).toBe('DENY');
    const page = await site.visit({ path, ...olga, breaksPolicy: true });
    const complaints: string[] = [];
    page.on('console', (message) => void complaints.push(message.text()));
    await page.goto(await foreignPage(`<iframe src="${site.url}${path}"></iframe>`));
    await expect.poll(() => complaints.join()).toContain('frame-ancestors');
    const frame = page.frames().find((each) => each !== page.mainFrame());
    expect(await frame?.locator('#page').count()).toBe(0);
  });
});
