import type { Page } from 'playwright-core';
import type { Camera, Pair } from './photographer.ts';

const screen = { width: 1_280, height: 960 };
const lowScreen = { width: 1_280, height: 680 };

/** So many seats must be sold before the picture is of a storm, and not of its begin. */
const soldInStorm = 50;
const waitMsMax = 60_000;

/** What an organizer sees: the sale before, in and after a storm of a thousand buyers, and its bookings. */
export async function takeSale(camera: Camera): Promise<void> {
  const event = `/organize/events/${camera.eventId}`;
  const sale = await camera.open('organizer', `${event}/live`, screen);
  await bothSold(sale, 0);
  await camera.take(sale, 'console-before');
  const storm = sendStorm(sale.light, camera.eventId);
  await bothSold(sale, soldInStorm);
  await camera.take(sale, 'console-storm');
  await storm;
  await Promise.all([isQuiet(sale.light), isQuiet(sale.dark)]);
  await camera.take(sale, 'console-after');
  const bookings = await camera.open('organizer', `${event}/bookings`, lowScreen);
  for (const page of [bookings.light, bookings.dark]) await page.getByRole('table').waitFor();
  await camera.take(bookings, 'bookings');
  await camera.take(await camera.open('organizer', event, screen), 'event');
}

async function bothSold(pair: Pair, count: number): Promise<void> {
  await Promise.all([hasSold(pair.light, count), hasSold(pair.dark, count)]);
}

async function hasSold(page: Page, count: number): Promise<void> {
  await page.waitForFunction(
    (wanted) => {
      const shown = document.querySelector('[data-figure="sold"] .figure-value')?.textContent;
      return shown !== undefined && Number(shown.replaceAll(',', '')) >= wanted;
    },
    count,
    { timeout: waitMsMax },
  );
}

/** Nobody was refused in the last second, and all seats are taken. */
async function isQuiet(page: Page): Promise<void> {
  await page.waitForFunction(
    () => {
      const shown = (name: string) =>
        document.querySelector(`[data-figure="${name}"] .figure-value`)?.textContent;
      return shown('refused') === '0' && shown('booked') === '0' && shown('free') === '0';
    },
    null,
    { timeout: waitMsMax },
  );
}

/** As the button of a page in development does. */
async function sendStorm(page: Page, eventId: string): Promise<void> {
  const status = await page.evaluate(async (id) => {
    const authorization = `Bearer ${sessionStorage.getItem('holdfast.token')}`;
    const headers = { 'content-type': 'application/json', authorization };
    const body = JSON.stringify({ eventId: id });
    return (await fetch('/dev/storm', { method: 'POST', headers, body })).status;
  }, eventId);
  if (status !== 200) throw new Error(`There was no storm: ${status}.`);
}
