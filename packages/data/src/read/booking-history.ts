import type { Instant } from '@holdfast/domain';
import type { Database } from '../connection/database.ts';
import { millisecondsOf } from '../sql/rows.ts';
import { statement } from '../sql/statement.ts';
import { read } from './read.ts';

/** One change of a booking, as the ledger has it. */
export interface BookingChange {
  readonly at: Instant;
  /** `booking_held`, `booking_confirmed`, `booking_cancelled`, … */
  readonly type: string;
  /** Whose booking it was from then on, and how many seats it had. */
  readonly userId: string;
  readonly quantity: number;
  /** Who did it on the user's behalf, and why; `null`: the user, or time. */
  readonly actor: { readonly id: string; readonly role: string; readonly reason: string } | null;
}

/** A booking may change any number of times; the newest are shown. */
export const bookingChangeCountMax = 100;

const bookingHistory = statement(
  'booking_history',
  `select ${millisecondsOf('l.at')} as at, l.type, l.user_id, l.quantity, l.actor, l.reason,
     l.facts ->> 'by' as role
   from ledger l
   where l.event_id = :eventId and l.booking_id = :bookingId
     and l.facts ->> 'by' is distinct from 'refusal'
   order by l.version desc, l.position desc
   limit :limit`,
);

interface Row {
  readonly at: number;
  readonly type: string;
  readonly user_id: string;
  readonly quantity: number;
  readonly actor: string | null;
  readonly reason: string | null;
  readonly role: string | null;
}

/**
 * What has become of a booking, and who did it: its rows of the ledger, the newest first, at most 100.
 * Empty: there is no such booking. Throws DatabaseUnavailable.
 *
 * @example const [last] = await findBookingHistory(database, { eventId, bookingId })
 */
export async function findBookingHistory(
  database: Database,
  key: { readonly eventId: string; readonly bookingId: string },
): Promise<readonly BookingChange[]> {
  const query = bookingHistory({ ...key, limit: bookingChangeCountMax });
  const rows = await read<Row>(database, query);
  return rows.map(({ at, type, user_id: userId, quantity, ...by }) => ({
    at,
    type,
    userId,
    quantity,
    actor:
      by.actor === null ? null : { id: by.actor, role: by.role ?? '', reason: by.reason ?? '' },
  }));
}
