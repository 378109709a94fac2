import { setTimeout as sleep } from 'node:timers/promises';
import { sum } from '@holdfast/command';
import {
  type AuditReport,
  audit,
  type BookingRecord,
  type Database,
  DatabaseUnavailable,
  type EventBookingCursor,
  findEvent,
  listBookingsOfEvent,
} from '@holdfast/data';
import { withDatabase } from '../servers/database.ts';

export type StoredBooking = Pick<BookingRecord, 'id' | 'userId' | 'quantity' | 'status'>;

/**
 * What the owner of one booking may rely on. `held`: it has a hold that nobody confirmed, so it is
 * held or has expired. `replaced`: another hold took its place, or it had run out before. `refused`: it had a hold, which was not confirmed. `unsure`: nobody told it, and
 * everything is right.
 */
export interface Told {
  readonly bookingId: string;
  readonly userId: string;
  /** Its seats. Left out: they are not compared. */
  readonly quantity?: number;
  readonly is: 'confirmed' | 'held' | 'replaced' | 'cancelled' | 'refused' | 'unsure';
}

/** What the database holds against what the callers were told. */
export interface Comparison {
  /** Seats that are held or confirmed beyond those there are. */
  readonly oversold: number;
  /** H1: acknowledged bookings that the database does not have once, as told, of that user. */
  readonly lostAcknowledged: readonly string[];
  /** H2: bookings with seats that nobody was told of and nobody was left in doubt about. */
  readonly unexplained: readonly string[];
}

export interface Evidence extends Comparison {
  readonly audit: AuditReport;
}

interface Inspection {
  readonly databaseUrl: string;
  readonly eventId: string;
  readonly seatCount: number;
  readonly told: readonly Told[];
}

/** A database that is coming back may take so long before it is asked in vain. */
const patienceMs = 15_000;
const retryEveryMs = 500;
const pageSize = 1_000;

/**
 * Asks the database itself: the audit (I1–I10) of the event, and each of its bookings against what
 * its owner was told (H1, H2). `null` where the database does not answer for 15 s.
 */
export function inspect(inspection: Inspection): Promise<Evidence | null> {
  const options = { url: inspection.databaseUrl, applicationName: 'holdfast-audit' };
  return withDatabase(options, async (database) => {
    const deadline = performance.now() + patienceMs;
    do {
      const evidence = await look(database, inspection).catch(nullIfUnavailable);
      if (evidence !== null) return evidence;
      await sleep(retryEveryMs);
    } while (performance.now() < deadline);
    return null;
  });
}

function nullIfUnavailable(error: unknown): null {
  if (error instanceof DatabaseUnavailable && !error.isRefusal) return null;
  throw error;
}

async function look(database: Database, inspection: Inspection): Promise<Evidence> {
  const { eventId, told, seatCount } = inspection;
  if ((await findEvent(database, eventId)) === null) {
    throw new Error('The event is not in this database. Set DATABASE_URL to that of the api.');
  }
  const stored = await bookingsOf(database, eventId);
  const report = await audit(database, { eventId });
  return { ...compare(told, stored, seatCount), audit: report };
}

async function bookingsOf(database: Database, eventId: string): Promise<readonly StoredBooking[]> {
  const stored: StoredBooking[] = [];
  let after: EventBookingCursor | null = null;
  do {
    const question = { eventId, after, limit: pageSize };
    const page: Awaited<ReturnType<typeof listBookingsOfEvent>> = await listBookingsOfEvent(
      database,
      question,
    );
    stored.push(...page.items);
    after = page.next;
  } while (after !== null);
  return stored;
}

/** What the database may say of a booking of which its owner was told so much. */
const rightStatuses: Readonly<Record<Told['is'], readonly StoredBooking['status'][] | null>> = {
  confirmed: ['confirmed'],
  held: ['held', 'expired'],
  replaced: ['cancelled', 'expired'],
  cancelled: ['cancelled'],
  // Nothing was promised.
  refused: null,
  unsure: null,
};

/**
 * Compares the bookings of an event, all of them, with what their owners were told: H1 looks up each
 * acknowledged booking by its id, H2 looks at it from the other side.
 *
 * @example compare(toldBy(calls), stored, 500).lostAcknowledged // []
 */
export function compare(
  told: readonly Told[],
  stored: readonly StoredBooking[],
  seatCount: number,
): Comparison {
  const byId = Map.groupBy(stored, ({ id }) => id);
  const toldById = new Map(told.map(({ bookingId, is }) => [bookingId, is]));
  const active = stored.filter(({ status }) => status === 'held' || status === 'confirmed');
  const isLost = ({ bookingId, userId, quantity, is }: Told) => {
    const right = rightStatuses[is];
    if (right === null) return false;
    const [booking, ...others] = byId.get(bookingId) ?? [];
    if (booking === undefined || others.length > 0) return true;
    const isOther =
      booking.userId !== userId || booking.quantity !== (quantity ?? booking.quantity);
    return isOther || !right.includes(booking.status);
  };
  const isUnexplained = ({ id, status }: StoredBooking) => {
    const is = toldById.get(id);
    return is === undefined || (is === 'refused' && status === 'confirmed');
  };
  return {
    oversold: Math.max(0, sum(active.map(({ quantity }) => quantity)) - seatCount),
    lostAcknowledged: told.filter(isLost).map(({ bookingId }) => bookingId),
    unexplained: stored.filter(isUnexplained).map(({ id }) => id),
  };
}
