/**
 * Events, bookings and orders in PostgreSQL.
 *
 * Only `commit` and `commitOrders` write them, and retention takes away what is over. Each folder has one subject:
 * connection, schema, sql, commit, record, orders, read, feed, audit, inspect, retention.
 */
export {
  type AuditedPart,
  audit,
  auditNext,
} from './audit/audit.ts';
export type { AuditReport, InvariantReport } from './audit/report.ts';
export { attemptCountMax } from './commit/attempt-alone.ts';
export { canonicalId, idSpelling } from './commit/canonical.ts';
export {
  commit,
  commitGroup,
  commitGroups,
  type CommittedGroup,
  type GivenGroup,
} from './commit/commit.ts';
export { type PoolSizes, sizesOf } from './connection/commit-pool.ts';
export { type ConnectionConfig, connectionConfig } from './connection/connection-config.ts';
export { type Database, openDatabase } from './connection/database.ts';
export { CommitContended, DatabaseUnavailable, ReadsOverloaded } from './connection/faults.ts';
export { type Change, readFeed } from './feed/feed.ts';
export { createKnownEvents, type KnownEvents, nothingKnown } from './commit/known-events.ts';
export { isDistributed } from './connection/is-distributed.ts';
export { readIdentity } from './connection/identity.ts';
export { type ExplainedStatement, explainStatements } from './inspect/explain-statements.ts';
export { inspectPooling, type Pooling } from './inspect/pooling.ts';
export { type Plan, plansOf } from './inspect/plans.ts';
export type { SchemaFault } from './inspect/schema-fault.ts';
export { readSchemaFaults } from './inspect/schema-faults.ts';
export { type FeedListener, type FeedSubscription, listenToFeed } from './feed/listen-to-feed.ts';
export { type AppRole, grantTo, RoleUnfit } from './schema/grant.ts';
export { CannotDistribute, distribute } from './schema/distribute.ts';
export { migrate } from './schema/migrate.ts';
export type { DatabaseOptions } from './connection/database-options.ts';
export type { BookingOutcome, EventOutcome, Outcome, OutcomeOf } from './commit/outcome.ts';
export {
  type AcceptedOrder,
  type CommittedOrders,
  commitOrders,
  type OrderOutcome,
} from './orders/commit-orders.ts';
export { findOrder, findOrders, type OrderRecord } from './orders/find-order.ts';
export {
  type BookingCursor,
  findBooking,
  findBookingOfEvent,
  listBookingsOfUser,
} from './read/bookings.ts';
export type { BookingRecord, EventBooking } from './read/booking-rows.ts';
export {
  type EventBookingCursor,
  listBookingsOfEvent,
} from './read/event-bookings.ts';
export {
  type BookingChange,
  bookingChangeCountMax,
  findBookingHistory,
} from './read/booking-history.ts';
export { type EventRecord, findEvent, findEventNow } from './read/events.ts';
export { type Found, findNamed, type Named } from './read/find-named.ts';
export { type EventCursor, type ListEvents, listEvents } from './read/list-events.ts';
export { readNow } from './read/now.ts';
export type { Page } from './read/page.ts';
export { findChangedEvents, findEventsToSweep } from './read/worker-events.ts';
export {
  archiveEvent,
  type Archiving,
  finishArchive,
} from './retention/archive-event.ts';
export { ArchiveBroken, type ArchiveSummary } from './retention/archive-lines.ts';
export { linesOfFile, linesOfParts, readParts } from './retention/archive-parts.ts';
export { type Erased, type ErasureOrder, eraseUser } from './retention/erase-user.ts';
export {
  type EventDateCursor,
  findEventsToArchive,
  findUnfinishedArchives,
} from './retention/events-to-archive.ts';
export { findOldOutbox, type OutboxCursor, removeOutbox } from './retention/remove-outbox.ts';
export { findArchive, listArchives, type SealedArchive } from './retention/sealed-archives.ts';
export { whileNobodyArchives } from './retention/retention-lock.ts';
export { type VerifiedArchive, verifyArchive } from './retention/verify-archive.ts';
export { type Relay, type Relayed, relayOutbox } from './feed/relay-outbox.ts';
export { saleNewsBytesMax, tellSale } from './feed/sale-channel.ts';
export { readSeatsBySecond, type SeatsOfSecond } from './read/seats-by-second.ts';
export { readStandings } from './read/standings.ts';
export { readWorkerLag, type WorkerLag } from './read/worker-lag.ts';
