import { shownIn } from '../hours/wall-clock.ts';
import { answer } from './answer.ts';
import { readReservation } from './read-reservation.ts';
import { refuse } from './refusals.ts';
import type { Restaurant } from './restaurant.ts';
import type { NamedReservation, ReservationOutcome } from './words.ts';

/** Who cancels. Staff may do it at any time. */
export interface Cancellation extends NamedReservation {
  readonly by: 'guest' | 'staff';
}

const notFound = refuse('reservation_not_found', 'You have no such reservation.');

/** Gives table and places back. A guest may do it up to the restaurant's limit. */
export async function cancel(
  { pool, sales, timeZone }: Restaurant,
  { id, guestId, by }: Cancellation,
): Promise<ReservationOutcome> {
  const row = await readReservation(pool, id);
  if (row === null || row.guestId !== guestId) return notFound;
  // What is cancelled already was so in time: a retry of it is told so.
  if (by === 'guest' && row.status === 'confirmed' && row.isTooLateToCancel) {
    const until = shownIn(timeZone, row.cancelUntil);
    const message = `It could be cancelled until ${until}. Please call the restaurant.`;
    return refuse('too_late_to_cancel', message);
  }
  return await answer(pool, id, await sales.cancel({ itemId: row.slotId, id, userId: guestId }));
}

/** Makes a reservation of a hold. */
export async function confirm(
  { pool, sales }: Restaurant,
  { id, guestId }: NamedReservation,
): Promise<ReservationOutcome> {
  const row = await readReservation(pool, id);
  if (row === null || row.guestId !== guestId) return notFound;
  return await answer(pool, id, await sales.confirm({ itemId: row.slotId, id, userId: guestId }));
}
