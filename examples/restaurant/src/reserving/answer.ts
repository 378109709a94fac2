import type { ClaimOutcome } from '@holdfast/sales';
import type { Pool } from 'pg';
import { readReservation, reservationOf } from './read-reservation.ts';
import { inOurWords } from './refusals.ts';
import type { ReservationOutcome } from './words.ts';

/** An outcome of the sales in the words of a restaurant, with what its row says. */
export async function answer(
  pool: Pool,
  id: string,
  outcome: ClaimOutcome,
): Promise<ReservationOutcome> {
  if (outcome.status === 'unknown') return outcome;
  if (outcome.status === 'refused') return inOurWords(outcome);
  const row = await readReservation(pool, id);
  if (row === null) throw new Error(`The reservation ${id} was written, and is not there.`);
  return reservationOf(row);
}
