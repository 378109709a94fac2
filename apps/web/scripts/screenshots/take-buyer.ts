import type { Camera } from './photographer.ts';

const phone = { width: 390, height: 780 };

/** What a buyer sees on a phone: seats that are held, with the time that is left. */
export async function takeBuyer(camera: Camera): Promise<void> {
  const pair = await camera.open('buyer', `/events/${camera.eventId}`, phone);
  const hold = pair.light.getByRole('button', { name: 'Hold 1 seat' });
  await hold.click();
  // The other tab finds the same hold by itself, once it is loaded.
  await hold.waitFor({ state: 'hidden' });
  await pair.dark.reload();
  for (const page of [pair.light, pair.dark]) await page.getByRole('timer').waitFor();
  await camera.take(pair, 'buyer-phone');
  await Promise.all([pair.light.context().close(), pair.dark.context().close()]);
}
