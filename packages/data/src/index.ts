/**
 * Events and bookings in PostgreSQL.
 *
 * `commit` is the only writer of both; queries.ts has the reads, audit.ts the invariants.
 */
export {
  type AuditedPart,
  type AuditReport,
  audit,
  auditNext,
  type InvariantReport,
} from './audit.ts';
export { attemptCountMax } from './attempt-alone.ts';
export { canonicalId, idSpelling } from './canonical.ts';
export {
  commit,
  commitGroup,
  commitGroups,
  type CommittedGroup,
  type GivenGroup,
} from './commit.ts';
export { type PoolSizes, sizesOf } from './commit-pool.ts';
export { type ConnectionConfig, connectionConfig } from './connection.ts';
export { type Database, openDatabase } from './database.ts';
export { Booking } from './entities/booking.ts';
export { Event } from './entities/event.ts';
export { CommitContended, DatabaseUnavailable, ReadsOverloaded } from './faults.ts';
export { type Change, readFeed } from './feed.ts';
export { readIdentity } from './identity.ts';
export { type FeedListener, type FeedSubscription, listenToFeed } from './listen-to-feed.ts';
export { type AppRole, grantTo, RoleUnfit } from './grant.ts';
export { migrate } from './migrate.ts';
export type { DatabaseOptions } from './orm-options.ts';
export type { BookingOutcome, EventOutcome, Outcome, OutcomeOf } from './outcome.ts';
export {
  type BookingCursor,
  type BookingRecord,
  type EventBookingCursor,
  type EventCursor,
  type EventRecord,
  findBooking,
  findChangedEvents,
  findEvent,
  findEventNow,
  findEventsToSweep,
  type ListEvents,
  listBookingsOfEvent,
  listBookingsOfUser,
  listEvents,
  type Page,
} from './queries.ts';
export { type Relay, type Relayed, relayOutbox } from './relay-outbox.ts';
export { readStandings } from './standings.ts';
export { readWorkerLag, type WorkerLag } from './worker-lag.ts';
