import { textArrayOf } from '@holdfast/data/array-literal';
import { type Booking, type BookingStatus, type MovedBooking, writeOf } from '@holdfast/domain';
import type { Pool, PoolClient } from 'pg';
import type { Decided } from './decide-sales.ts';
import { type Statement, statementOf } from './planned-once.ts';
import { ask, type Shape, type StatementParts, writeText } from './statements.ts';
import type { Also } from './words.ts';

/** How to write, and in which words. */
export interface Writing {
  readonly parts: StatementParts;
  /** The word that is written for each status. */
  readonly wordOf: ReadonlyMap<BookingStatus, string>;
  /** The statements that were needed so far, by their shapes. */
  readonly statements: Map<string, Statement>;
}

/** So many are kept. Callers choose the further columns, so there could be any number. */
const statementCountMax = 16;

/**
 * Writes what was decided, in one statement. `false`: the item no longer has what was relied on, and
 * nothing is written.
 *
 * Throws what PostgreSQL does, where another guard fails, too (`faultOf`): nothing is written then.
 */
export async function write(
  connection: Pool | PoolClient,
  writing: Writing,
  decided: Decided,
): Promise<boolean> {
  const { itemId, group } = decided;
  const { capacityChange, movedBookings, newBookings } = writeOf(group);
  const { seatsAvailableMin, seatsAvailableMax, everything } = group.reliance;
  const { shapes, values } = newClaims(writing, decided, newBookings);
  const version = everything ? (decided.loaded.state.event?.version ?? null) : null;
  const { rowCount } = await connection.query(
    ask(statementFor(writing, shapes), [
      itemId,
      capacityChange.available,
      capacityChange.held,
      seatsAvailableMin,
      seatsAvailableMax,
      version,
      textArrayOf(movedBookings.map(({ booking }) => booking.id)),
      byId(movedBookings, ({ seen }) => seen.status),
      byId(movedBookings, ({ booking }) => wordIn(writing, booking.status)),
      ...values,
    ]),
  );
  return rowCount === 1;
}

function byId(moved: readonly MovedBooking[], wordOf: (one: MovedBooking) => string): string {
  return JSON.stringify(Object.fromEntries(moved.map((one) => [one.booking.id, wordOf(one)])));
}

function newClaims(writing: Writing, decided: Decided, bookings: readonly Booking[]) {
  const alsoOf = alsoById(decided);
  const also = bookings.map(({ id }) => alsoOf.get(id) ?? {});
  const keys = also.map((each) => JSON.stringify(Object.keys(each).toSorted()));
  const shapeByKey = new Map(keys.map((key, index) => [key, Object.keys(also[index] ?? {})]));
  const distinct = [...shapeByKey.keys()].toSorted();
  const column = (of: (booking: Booking) => string | number | null) =>
    textArrayOf(bookings.map((booking) => textOf(of(booking))));
  return {
    shapes: distinct.map((key) => (shapeByKey.get(key) ?? []).toSorted()),
    values: [
      column(({ id }) => id),
      column(({ userId }) => userId),
      column(({ ordinal }) => ordinal),
      column(({ quantity }) => quantity),
      column(({ status }) => wordIn(writing, status)),
      column((booking) => (booking.status === 'held' ? booking.expiresAt : null)),
      textArrayOf(also.map((each) => jsonOf(each))),
      textArrayOf(keys.map((key) => String(distinct.indexOf(key)))),
    ],
  };
}

/** The further columns of each new claim: those of the command that made it. */
function alsoById({ group, decidedCommands }: Decided): ReadonlyMap<string, Also> {
  const found = new Map<string, Also>();
  for (const [index, { booking, also }] of decidedCommands.entries()) {
    const isMade = group.decisions[index]?.status === 'accepted' && 'quantity' in booking;
    if (isMade && also !== null && !found.has(booking.bookingId))
      found.set(booking.bookingId, also);
  }
  return found;
}

/** JSON has no bigint. PostgreSQL reads a text as one. */
function jsonOf(also: Also): string {
  return JSON.stringify(also, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
}

function textOf(value: string | number | null): string | null {
  return value === null ? null : String(value);
}

function wordIn({ wordOf }: Writing, status: BookingStatus): string {
  const word = wordOf.get(status);
  if (word === undefined) throw new Error(`No word is mapped to ${status}.`);
  return word;
}

function statementFor({ parts, statements }: Writing, shapes: readonly Shape[]): Statement {
  const key = JSON.stringify(shapes);
  const known = statements.get(key);
  if (known !== undefined) return known;
  const isKept = statements.size < statementCountMax;
  const statement = statementOf('write', writeText(parts, shapes), isKept && parts.isPlannedOnce);
  if (isKept) statements.set(key, statement);
  return statement;
}
