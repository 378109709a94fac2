import { type ClaimOutcome, Overloaded, type Sales } from '@holdfast/sales';
import type { Pool } from 'pg';
import {
  findTable,
  type Found,
  type FoundSlot,
  type FreeTable,
  type Search,
} from './find-table.ts';
import { readReservation, reservationOf } from './read-reservation.ts';
import { inOurWords, notOpen, refusalOf } from './refusals.ts';
import type { ReservationOutcome } from './words.ts';

/** What the commands of one restaurant need. */
export interface Restaurant {
  readonly pool: Pool;
  readonly sales: Sales;
  readonly restaurantId: number;
  readonly timeZone: string;
  readonly sittingMinutes: number;
}

/** A search for a table, and for whom. */
export interface Claim extends Search {
  readonly type: 'reserve' | 'book';
  readonly guestId: string;
}

/** How often a party that lost its table to another looks for the next one. */
const searchCountMax = 20;

/** Lapsed holds that are written down at once. */
const lapsedCountMax = 500;

const retryAfterMs = 1_000;

/**
 * Finds a table and claims it, with so many places of the slot. Where another party was faster at that
 * table, which the exclusion constraint says, it looks for the next one.
 *
 * @throws Overloaded where others were faster every time.
 */
export async function claimTable(
  restaurant: Restaurant,
  claim: Claim,
): Promise<ReservationOutcome> {
  const { pool, sales, timeZone } = restaurant;
  for (let search = 1; search <= searchCountMax; search += 1) {
    const found = await findTable(pool, claim);
    const { slot } = found;
    if (slot === null) return notOpen(found, timeZone);
    // A retry is no new reservation: the sales know what became of the first one.
    const refusal = found.isKnown ? null : refusalOf({ ...found, slot }, { ...claim, timeZone });
    if (refusal !== null) return refusal;
    if (found.tables[0]?.hasLapsedHold === true)
      await sales.expire({ claimCountMax: lapsedCountMax });
    const outcome = await claimPlaces(sales, claim, { ...found, slot });
    if (outcome !== 'table_taken') return await answer(pool, claim.id, outcome);
  }
  throw new Overloaded(retryAfterMs);
}

async function claimPlaces(
  sales: Sales,
  { type, id, guestId, partySize, at }: Claim,
  found: FoundSlot,
): Promise<ClaimOutcome | 'table_taken'> {
  const [table] = found.tables;
  const isNew = table !== undefined && !found.isKnown;
  const also = isNew ? { also: { ...seatsAt(table, found), is_walk_in: at === null } } : {};
  const itemId = found.slot.id;
  try {
    return await sales[type]({ itemId, id, userId: guestId, quantity: partySize, ...also });
  } catch (error) {
    if (isTableTaken(error)) return 'table_taken';
    throw error;
  }
}

/** The further columns of a reservation's row. */
function seatsAt({ id }: FreeTable, { comesAt, goesAt }: Found) {
  const [from, until] = [comesAt, goesAt].map((moment) => new Date(moment).toISOString());
  return { table_id: id, sitting: `[${from},${until})` };
}

/** PostgreSQL's code of an exclusion constraint that has held. */
const exclusionViolation = '23P01';

function isTableTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === exclusionViolation;
}

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
