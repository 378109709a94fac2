import { InvalidInput } from '@holdfast/sales';
import { type MikroORM, OptimisticLockError } from '@mikro-orm/core';
import { TimeSlot } from './schema/time-slot.ts';

/** What became of it. `takenCount`: guests who come already, or for whom a table is kept. */
export type GuestCountOutcome =
  | { readonly status: 'set' }
  | { readonly status: 'refused'; readonly reason: 'below_taken'; readonly takenCount: number };

/** How often a change that sales were faster than is made again. */
const attemptCountMax = 50;

/**
 * Says how many guests may come in a slot, as staff does when the kitchen is short of a cook. Sales go on
 * meanwhile: the version tells whether one came between, and then it is read and computed again.
 *
 * @throws OptimisticLockError where sales were faster every time.
 * @example await setGuestCountMax(orm, { slotId: '12', guestCountMax: 20 })
 */
export async function setGuestCountMax(
  orm: MikroORM,
  change: { readonly slotId: string; readonly guestCountMax: number },
): Promise<GuestCountOutcome> {
  if (!Number.isInteger(change.guestCountMax) || change.guestCountMax < 0) {
    throw new InvalidInput('guestCountMax', `is ${change.guestCountMax}: give a whole number.`);
  }
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await attemptChange(orm, change);
    } catch (error) {
      if (!(error instanceof OptimisticLockError) || attempt === attemptCountMax) throw error;
    }
  }
}

async function attemptChange(
  orm: MikroORM,
  { slotId, guestCountMax }: { readonly slotId: string; readonly guestCountMax: number },
): Promise<GuestCountOutcome> {
  const em = orm.em.fork();
  const slot = await em.findOneOrFail(TimeSlot, { id: slotId });
  const takenCount = slot.guestCountMax - slot.tableCapacity;
  if (guestCountMax < takenCount) return { status: 'refused', reason: 'below_taken', takenCount };
  slot.guestCountMax = guestCountMax;
  slot.tableCapacity = guestCountMax - takenCount;
  await em.flush();
  return { status: 'set' };
}
