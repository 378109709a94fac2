import type { z } from 'zod';
import type { Context } from './context.ts';
import type { saleInput } from './event-input.ts';
import { Fault } from './http/faults.ts';
import { SaleWatch } from './live/sale-watch.ts';
import { mayManage, ownerOf } from './manage.ts';

/**
 * How the sale of an event goes, for who manages it, from the second on that is known.
 *
 * Faults: `not_found`, also where the event is another organizer's.
 */
export async function watchSale(
  ctx: Context,
  { eventId, lastEventId }: z.output<typeof saleInput>,
  signal: AbortSignal | undefined,
): Promise<SaleWatch> {
  const organizerId = await ownerOf(ctx, eventId);
  const isSeen = organizerId !== null && mayManage(ctx.user, { organizerId });
  if (!isSeen) throw new Fault('not_found');
  const afterSecond = lastEventId ? Number(lastEventId) : null;
  return new SaleWatch(ctx.sales, { eventId, afterSecond, caller: ctx.caller }, signal);
}
