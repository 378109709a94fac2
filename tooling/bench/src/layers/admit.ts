import { type Admission, connectRedis, openAdmission, waitUntilReady } from '@holdfast/admission';
import { v7 } from 'uuid';
import { type LayerRow, measureLayer } from './layer.ts';

const groupSizes = [1, 50];

/** Events that are asked about at a time. */
const eventCount = 16;

const readyTimeoutMs = 5_000;

interface RedisPlace {
  readonly url: string;
  readonly prefix: string;
}

/** Redis' early answer: a script that admits the claims of one event, and one that drops their leases. */
export async function measureAdmit(
  { url, prefix }: RedisPlace,
  durationMs: number,
): Promise<readonly LayerRow[]> {
  const redis = connectRedis(url, 'admission');
  await waitUntilReady(redis, readyTimeoutMs);
  const admission = openAdmission({ redis, prefix });
  try {
    const eventIds = Array.from({ length: eventCount }, () => v7());
    await Promise.all(eventIds.map((eventId) => settleOne(admission, eventId)));
    const rows: LayerRow[] = [];
    for (const size of groupSizes) {
      const work = () => Promise.all(eventIds.map((id) => admitAndRelease(admission, id, size)));
      const what = `${size} at a time, ${eventCount} events`;
      const told = { layer: 'admit', what, unit: 'claims', count: eventCount * size } as const;
      rows.push(await measureLayer({ ...told, work }, durationMs));
    }
    return rows;
  } finally {
    await admission.close();
  }
}

async function settleOne(admission: Admission, eventId: string): Promise<void> {
  const standing = {
    version: 1,
    availableSeats: 1_000_000,
    quantityPerBookingMax: 10,
    refusableForMs: 1_000,
  };
  await admission.settle(eventId, { standing, asOfMs: await admission.now(), leases: [] });
}

async function admitAndRelease(admission: Admission, eventId: string, size: number): Promise<void> {
  const asks = Array.from({ length: size }, () => ({ leaseId: v7(), quantity: 1 }));
  await admission.admit(eventId, asks);
  await admission.release(eventId, asks);
}
