import { setTimeout as sleep } from 'node:timers/promises';
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
import type { History } from './load/load.ts';
import { withDatabase } from './with-database.ts';

/** A booking as the database has it. */
export type StoredBooking = Pick<BookingRecord, 'id' | 'userId' | 'quantity' | 'status'>;

/**
 * What the buyer of one booking may rely on. `held`: it has a hold that nobody confirmed, so it is
 * held or has expired. `unsure`: nobody told it, and everything is right.
 */
export interface Told {
  readonly bookingId: string;
  readonly userId: string;
  readonly is: 'confirmed' | 'held' | 'cancelled' | 'refused' | 'unsure';
}

/** What the database holds against what the buyers were told. */
export interface Comparison {
  /** Seats that are held or confirmed beyond those there are. */
  readonly oversold: number;
  /** H1: acknowledged bookings that the database does not have once, as told, of that user. */
  readonly lostAcknowledged: readonly string[];
  /** H2: bookings in the database that nobody was told of and nobody was left in doubt about. */
  readonly unexplained: readonly string[];
}

/** Everything a verdict about safety rests on. */
export interface Evidence extends Comparison {
  readonly audit: AuditReport;
}

/** Where to look, and what to compare it with. */
export interface Inspection {
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
 * Asks the database itself: the audit (I1–I8) of the event, and each of its bookings against what
 * its buyer was told (H1, H2). `null` where the database does not answer for 15 s.
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
    const page: Awaited<ReturnType<typeof listBookingsOfEvent>> = await listBookingsOfEvent(
      database,
      { eventId, after, limit: pageSize },
    );
    stored.push(...page.items);
    after = page.next;
  } while (after !== null);
  return stored;
}

/** What a load's buyers were told. */
export function toldIn(history: History): readonly Told[] {
  return history.map(({ buyer: { bookingId, userId }, answer: { status } }) => {
    const is = status === 'confirmed' || status === 'refused' ? status : 'unsure';
    return { bookingId, userId, is };
  });
}

/** What the database may say of a booking of which its buyer was told so much. */
const rightStatuses: Readonly<Record<Told['is'], readonly StoredBooking['status'][] | null>> = {
  confirmed: ['confirmed'],
  held: ['held', 'expired'],
  cancelled: ['cancelled'],
  // Nothing was promised to these.
  refused: null,
  unsure: null,
};

/**
 * Compares the bookings of an event, all of them, with what their buyers were told.
 *
 * H1 looks up each acknowledged booking by its id. H2 looks at it from the other side: a booking
 * of a buyer who was refused, or whom the load does not know, should not be there. A buyer whose
 * answer was `unknown` or an error may have a booking or not; both are right.
 *
 * @example compare(toldIn(history), stored, 500).lostAcknowledged // []
 */
export function compare(
  told: readonly Told[],
  stored: readonly StoredBooking[],
  seatCount: number,
): Comparison {
  const byId = Map.groupBy(stored, ({ id }) => id);
  const toldById = new Map(told.map(({ bookingId, is }) => [bookingId, is]));
  const taken = stored.filter(isActive).reduce((seats, { quantity }) => seats + quantity, 0);
  const isLost = ({ bookingId, userId, is }: Told) => {
    const right = rightStatuses[is];
    if (right === null) return false;
    const [booking, ...others] = byId.get(bookingId) ?? [];
    if (booking === undefined || others.length > 0) return true;
    return booking.userId !== userId || !right.includes(booking.status);
  };
  const isUnexplained = (booking: StoredBooking) => {
    const is = toldById.get(booking.id);
    return is === undefined || (is === 'refused' && isActive(booking));
  };
  return {
    oversold: Math.max(0, taken - seatCount),
    lostAcknowledged: told.filter(isLost).map(({ bookingId }) => bookingId),
    unexplained: stored.filter(isUnexplained).map(({ id }) => id),
  };
}

function isActive({ status }: StoredBooking): boolean {
  return status === 'held' || status === 'confirmed';
}
