import { type Admission, connectRedis, openAdmission, waitUntilReady } from '@holdfast/redis';
import { v7 } from 'uuid';
import { type LayerRow, measureLayer } from './layer.ts';

/** Events that are asked about at a time. */
const eventCount = 16;

const readyTimeoutMs = 5_000;

const standing = {
  version: 1,
  availableSeats: 0,
  quantityPerBookingMax: 10,
  refusableForMs: 1_000,
};

interface RedisPlace {
  readonly url: string;
  readonly prefix: string;
}

/** What a group costs Redis: a script before its commit, and one after it. */
export async function measureRedis(
  { url, prefix }: RedisPlace,
  durationMs: number,
): Promise<readonly LayerRow[]> {
  const redis = connectRedis(url, 'admission');
  await waitUntilReady(redis, readyTimeoutMs);
  const admission = openAdmission({ redis, prefix });
  try {
    const eventIds = Array.from({ length: eventCount }, () => v7());
    const work = () => Promise.all(eventIds.map((eventId) => askAndSettle(admission, eventId)));
    const told = {
      layer: 'redis',
      what: `ask and settle, ${eventCount} events`,
      unit: 'groups',
    } as const;
    return [await measureLayer({ ...told, count: eventCount, work }, durationMs)];
  } finally {
    await admission.close();
  }
}

async function askAndSettle(admission: Admission, eventId: string): Promise<void> {
  const { asOfMs } = await admission.ask(eventId, null);
  await admission.settle(eventId, { standing, asOfMs, fence: null });
}
