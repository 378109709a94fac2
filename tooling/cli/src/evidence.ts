import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AuditReport,
  audit,
  type BookingRecord,
  type Database,
  DatabaseUnavailable,
  findEvent,
  listBookingsOfEvent,
} from '@holdfast/data';
import type { Buyer, History } from './load/load.ts';
import { withDatabase } from './with-database.ts';

/** A booking as the database has it. */
export type StoredBooking = Pick<BookingRecord, 'id' | 'userId' | 'quantity' | 'status'>;

/** What the database holds against what the buyers were told. */
export interface Comparison {
  /** Seats that are held or confirmed beyond those there are. */
  readonly oversold: number;
  /** H1: acknowledged bookings that the database does not have once, confirmed, of that user. */
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
  readonly history: History;
}

/** A database that is coming back may take so long before it is asked in vain. */
const patienceMs = 15_000;
const retryEveryMs = 500;
const pageSize = 1_000;

/**
 * Asks the database itself: the audit (I1–I7) of the event, and each of its bookings against what
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
  if (error instanceof DatabaseUnavailable) return null;
  throw error;
}

async function look(database: Database, inspection: Inspection): Promise<Evidence> {
  const { eventId, history, seatCount } = inspection;
  if ((await findEvent(database, eventId)) === null) {
    throw new Error('The event is not in this database. Set DATABASE_URL to that of the api.');
  }
  const stored = await bookingsOf(database, eventId);
  const report = await audit(database, { eventId });
  return { ...compare(history, stored, seatCount), audit: report };
}

async function bookingsOf(database: Database, eventId: string): Promise<readonly StoredBooking[]> {
  const stored: StoredBooking[] = [];
  let after: string | null = null;
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

/**
 * Compares the bookings of an event, all of them, with the history that its buyers saw.
 *
 * H1 looks up each acknowledged booking by its id. H2 looks at it from the other side: a booking
 * of a buyer who was refused, or whom the load does not know, should not be there. A buyer whose
 * answer was `unknown` or an error may have a booking or not; both are right.
 *
 * @example compare(history, stored, 500).lostAcknowledged // []
 */
export function compare(
  history: History,
  stored: readonly StoredBooking[],
  seatCount: number,
): Comparison {
  const byId = Map.groupBy(stored, ({ id }) => id);
  const answers = new Map(history.map(({ buyer, answer }) => [buyer.bookingId, answer.status]));
  const taken = stored.filter(isActive).reduce((seats, { quantity }) => seats + quantity, 0);
  const hasItsBooking = ({ bookingId, userId }: Buyer) => {
    const [booking, ...others] = byId.get(bookingId) ?? [];
    return booking?.status === 'confirmed' && booking.userId === userId && others.length === 0;
  };
  const isUnexplained = (booking: StoredBooking) => {
    const answer = answers.get(booking.id);
    return answer === undefined || (answer === 'refused' && isActive(booking));
  };
  return {
    oversold: Math.max(0, taken - seatCount),
    lostAcknowledged: history
      .filter(({ answer, buyer }) => answer.status === 'confirmed' && !hasItsBooking(buyer))
      .map(({ buyer }) => buyer.bookingId),
    unexplained: stored.filter(isUnexplained).map(({ id }) => id),
  };
}

function isActive({ status }: StoredBooking): boolean {
  return status === 'held' || status === 'confirmed';
}
