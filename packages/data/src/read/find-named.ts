import type { Database } from '../connection/database.ts';
import { statement } from '../sql/statement.ts';
import { read } from './read.ts';

/** What commands of one event name. */
export interface Named {
  readonly eventId: string;
  readonly bookingIds: readonly string[];
  readonly userIds: readonly string[];
  /** Is whose the event is of interest? */
  readonly asksOrganizer: boolean;
}

/** What of it is there, as PostgreSQL has it now. */
export interface Found {
  /** Whose each booking is that was found, and whether it takes seats. */
  readonly bookings: ReadonlyMap<string, { readonly userId: string; readonly isActive: boolean }>;
  /** Users who have an active booking of the event. */
  readonly owners: ReadonlySet<string>;
  /** Whose the event is; `null`: there is none, or nobody asked. */
  readonly organizerId: string | null;
}

interface NamedBookingRow {
  readonly id: string;
  readonly user_id: string;
  readonly is_active: boolean;
}

const namedBookings = statement(
  'named_bookings',
  `select b.id, b.user_id, b.status in ('held', 'confirmed') as is_active from bookings b
   where b.event_id = :eventId and b.id = any(:bookingIds::uuid[])`,
);

const ownersNamed = statement(
  'owners_named',
  `select distinct b.user_id from bookings b
   where b.event_id = :eventId and b.user_id = any(:userIds::text[]) and b.status in ('held', 'confirmed')`,
);

const organizerOfEvent = statement(
  'organizer_of_event',
  'select e.organizer_id from events e where e.id = :eventId',
);

/**
 * Finds what commands of one event name, before they are decided: what is not there they cannot end. Of ids in the
 * spelling of PostgreSQL. Throws DatabaseUnavailable and ReadsOverloaded.
 *
 * @example (await findNamed(database, { eventId, bookingIds: [id], userIds: [], asksOrganizer: false })).bookings
 */
export async function findNamed(
  database: Database,
  { eventId, bookingIds, userIds, asksOrganizer }: Named,
): Promise<Found> {
  const [bookings, owners, events] = await Promise.all([
    bookingIds.length === 0
      ? []
      : read<NamedBookingRow>(database, namedBookings({ eventId, bookingIds })),
    userIds.length === 0
      ? []
      : read<{ readonly user_id: string }>(database, ownersNamed({ eventId, userIds })),
    asksOrganizer
      ? read<{ readonly organizer_id: string }>(database, organizerOfEvent({ eventId }))
      : [],
  ]);
  return {
    bookings: new Map(
      bookings.map(({ id, user_id: userId, is_active: isActive }) => [id, { userId, isActive }]),
    ),
    owners: new Set(owners.map(({ user_id: userId }) => userId)),
    organizerId: events[0]?.organizer_id ?? null,
  };
}
