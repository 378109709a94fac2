import type { Database } from '../connection/database.ts';
import { mapFaults } from '../connection/faults.ts';
import { isDistributed } from '../connection/is-distributed.ts';
import { notify } from './notify.ts';

/** The channel of NOTIFY for what processes tell each other of sales. */
export const saleChannel = 'holdfast_sale';

/** PostgreSQL takes less than 8,000 bytes a notification. */
export const saleNewsBytesMax = 7_900;

/**
 * Tells all processes that listen to the feed, this one too, in one round trip. Nothing is kept: who
 * does not listen at that moment never hears of it. Each payload has at most `saleNewsBytesMax` bytes.
 * Throws DatabaseUnavailable.
 *
 * @example await tellSale(database, [JSON.stringify({ … })])
 */
export async function tellSale(database: Database, payloads: readonly string[]): Promise<void> {
  const overNodes = await isDistributed(database);
  await mapFaults(() => notify(database.pool, { channel: saleChannel, payloads }, overNodes));
}
