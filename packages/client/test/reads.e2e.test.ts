import { freshPrefix, redisFlavours } from '@holdfast/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHoldfastClient, newId } from '../src/index.ts';
import { eventOnSale, type RealApi, startRealApi, tokenOf } from './real-api.ts';

const flavours = [{ name: 'no Redis', url: '' }, ...redisFlavours()];

// Nobody relays here: neither process ever hears of what the other has committed.
describe.each(flavours)('two api processes with $name', ({ url: redisUrl }) => {
  let one: RealApi;
  let other: RealApi;

  beforeAll(async () => {
    const redis = redisUrl === '' ? {} : { REDIS_URL: redisUrl, REDIS_PREFIX: freshPrefix() };
    one = await startRealApi(redis);
    const { url } = one.database.options;
    other = await startRealApi({ ...redis, DATABASE_URL: url });
  });

  afterAll(async () => {
    await Promise.all([one.stop(), other.stop()]);
  });

  /** Commands go to the one, questions to the other. */
  function clientOverBoth(token = tokenOf('ada')) {
    return createHoldfastClient({
      url: one.url,
      token,
      fetch: (input, init) => {
        const isQuestion = (init?.method ?? 'GET') === 'GET';
        const address = input instanceof Request ? input.url : input.toString();
        return fetch(isQuestion ? address.replace(one.url, other.url) : address, init);
      },
    });
  }

  test('a client sees what it has done, though the other process has a cache of before', async () => {
    const eventId = await eventOnSale(one.url);
    const { booking, event } = clientOverBoth();
    const stranger = createHoldfastClient({ url: other.url });
    for (let availableSeats = 10; availableSeats > 8; availableSeats -= 1) {
      await Promise.all([stranger.event.get({ eventId }), stranger.event.list({ limit: 100 })]);
      const user = clientOverBoth(tokenOf(`user ${availableSeats}`));
      await user.booking.book({ eventId, quantity: 1 });
      expect(await user.event.get({ eventId })).toMatchObject({
        availableSeats: availableSeats - 1,
      });
      const { items } = await user.event.list({ limit: 100 });
      expect(items.find(({ id }) => id === eventId)?.availableSeats).toBe(availableSeats - 1);
    }
    // Negative control: one who has done nothing is served from the cache.
    expect((await event.get({ eventId })).availableSeats).toBe(8);
    await booking.book({ eventId, quantity: 1 });
    expect((await stranger.event.get({ eventId })).availableSeats).toBe(8);
    expect((await event.get({ eventId })).availableSeats).toBe(7);
  });

  test('nobody sees a draft because its organizer has looked at it', async () => {
    const olga = clientOverBoth(tokenOf('olga', 'organizer'));
    const eventId = newId();
    await olga.event.create({
      eventId,
      title: 'Secret',
      date: '2999-01-01T20:00:00Z',
      seatCount: 9,
    });
    expect((await olga.event.get({ eventId })).title).toBe('Secret');
    for (const { url } of [one, other]) {
      for (const token of [undefined, tokenOf('ada'), tokenOf('otto', 'organizer')]) {
        const { event } = createHoldfastClient({ url, token });
        await expect(event.get({ eventId })).rejects.toMatchObject({ fault: 'not_found' });
        const { items } = await event.list({ limit: 100 });
        expect(items.map(({ id }) => id)).not.toContain(eventId);
      }
    }
  });
});
