import type { Booking } from '@holdfast/domain';
import { createLogger, createMetricsRegistry } from '@holdfast/process';
import { expect, test } from 'vitest';
import { Quota } from '../src/rates/quota.ts';
import { Refusals } from '../src/rates/refusals.ts';
import { type SeatCommand, UnsoldSeats } from '../src/rates/unsold-seats.ts';

const logger = createLogger({
  service: 'api',
  level: 'silent',
  secrets: [],
  stream: { write: () => {} },
});

/** Of the window only this is left by the clock that refusals go by, so that none takes a second. */
const leftMs = 20;
const windowSeconds = 10;

interface Asked {
  readonly type: SeatCommand['type'];
  readonly id: string;
  readonly quantity: number;
}

/** Ada's commands, of whose seats 10 may be unsold: each is `done`, or ends in a fault. */
function adas() {
  const limit = { name: 'unsold', countMax: 10, windowSeconds } as const;
  const now = () => performance.now() - windowSeconds * 1_000 + leftMs;
  const quota = new Quota(limit, { shared: null, now });
  const refusals = new Refusals({ registry: createMetricsRegistry('api'), logger });
  const unsold = new UnsoldSeats(quota, refusals);

  /** `booking`: what it becomes; `null`: it is refused. */
  async function run({ type, id, quantity }: Asked, booking: Booking | null): Promise<unknown> {
    const command = { type, userId: 'ada', name: id, quantity };
    const status = booking === null ? 'refused' : 'accepted';
    try {
      await unsold.counted(
        command,
        async () => ({ status, booking }),
        (ended) => (ended.booking === null ? [] : [ended.booking]),
      );
      return 'done';
    } catch (error) {
      return error instanceof Error && 'code' in error ? error.code : error;
    }
  }

  const facts = (id: string, quantity: number) => ({ id, userId: 'ada', quantity, ordinal: 1 });
  const held = (id: string, quantity: number): Booking => ({
    ...facts(id, quantity),
    status: 'held',
    expiresAt: 0,
  });
  const confirmed = (id: string, quantity: number): Booking => ({
    ...facts(id, quantity),
    status: 'confirmed',
    confirmedAt: 0,
  });
  const cancelled = (id: string, quantity: number, from: 'held' | 'confirmed'): Booking => ({
    ...facts(id, quantity),
    status: 'cancelled',
    cancelledAt: 0,
    cancelledBy: 'user',
    from,
  });
  return {
    hold: (id: string, quantity: number) => run({ type: 'hold', id, quantity }, held(id, quantity)),
    soldOut: (id: string, quantity: number) => run({ type: 'hold', id, quantity }, null),
    buy: (id: string, quantity: number) =>
      run({ type: 'sale', id, quantity }, confirmed(id, quantity)),
    confirm: (id: string, quantity: number) =>
      run({ type: 'confirm', id, quantity: 0 }, confirmed(id, quantity)),
    cancel: (id: string, quantity: number, from: 'held' | 'confirmed') =>
      run({ type: 'cancel', id, quantity: 0 }, cancelled(id, quantity, from)),
  };
}

test('who holds as many seats as the limit may hold and buy no more, whether they wait, lapsed or were cancelled', async () => {
  const ada = adas();
  expect([await ada.hold('a', 6), await ada.hold('b', 4)]).toEqual(['done', 'done']);
  expect(await ada.cancel('b', 4, 'held')).toBe('done');
  expect(await ada.hold('c', 1)).toBe('rate_limited');
  expect(await ada.buy('d', 1)).toBe('rate_limited');
});

test('what is bought counts no more, and is given back once', async () => {
  const ada = adas();
  await ada.hold('a', 8);
  for (let count = 0; count < 5; count += 1) expect(await ada.confirm('a', 8)).toBe('done');
  expect([await ada.hold('b', 10), await ada.hold('c', 1)]).toEqual(['done', 'rate_limited']);
});

test('a sale that is given back counts as a hold does', async () => {
  const ada = adas();
  for (const id of ['a', 'b']) {
    expect(await ada.buy(id, 5)).toBe('done');
    expect(await ada.cancel(id, 5, 'confirmed')).toBe('done');
    expect(await ada.cancel(id, 5, 'confirmed')).toBe('done');
  }
  expect(await ada.buy('c', 1)).toBe('rate_limited');
});

test('what was refused counts nothing, and a hold that is sent again counts once', async () => {
  const ada = adas();
  for (let count = 0; count < 20; count += 1) expect(await ada.soldOut('a', 10)).toBe('done');
  for (let count = 0; count < 20; count += 1) expect(await ada.hold('b', 10)).toBe('done');
  expect(await ada.hold('c', 1)).toBe('rate_limited');
});
