import { type BookingChange, bookingChangeCountMax } from '@holdfast/data';
import { z } from 'zod';
import { instantOnWire, instantOutput, quantity } from './wire.ts';

const changeOutput = z.strictObject({
  at: instantOutput,
  /** `booking_held`, `booking_confirmed`, `booking_cancelled`, … */
  type: z.string(),
  userId: z.string(),
  quantity,
  /** Who did it on the user's behalf; null: the user, or time. */
  actor: z.strictObject({ userId: z.string(), role: z.string(), reason: z.string() }).nullable(),
});

/** What has become of a booking, the newest change first, as who manages its event sees it. */
export const bookingHistoryOutput = z.strictObject({
  items: z.array(changeOutput).max(bookingChangeCountMax),
});

/** Field by field, so that what the ledger gains does not leave by itself. */
export function bookingChangeOnWire(change: BookingChange): z.output<typeof changeOutput> {
  const { at, type, userId, quantity: seats, actor } = change;
  const by = actor && { userId: actor.id, role: actor.role, reason: actor.reason };
  return { at: instantOnWire(at), type, userId, quantity: seats, actor: by };
}
