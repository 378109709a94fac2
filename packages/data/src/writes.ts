import {
  type Booking,
  capacityChangeOf,
  type Command,
  type GroupDecision,
  isBookingTransition,
  type State,
  type Transition,
} from '@holdfast/domain';

/** Columns of rows to write, by the names that record-statements.ts uses. */
type Columns = Readonly<Record<string, unknown>>;

/**
 * The bookings that the group leaves behind, against the state it began with: new ones are
 * inserted as they ended, known ones are moved from the status they were seen in.
 */
export function bookingWrites(before: State, group: GroupDecision<Command>): Columns {
  const inserted: Booking[] = [];
  const moved: { seen: Booking; left: Booking }[] = [];
  for (const id of touchedBookingIds(group.transitions)) {
    const seen = before.bookings.get(id);
    const left = group.after.bookings.get(id);
    if (left === undefined) throw new Error(`Booking ${id} was decided about and then lost.`);
    if (seen === undefined) inserted.push(left);
    else moved.push({ seen, left });
  }
  return { ...insertedColumns(inserted), ...movedColumns(moved) };
}

function touchedBookingIds(transitions: readonly Transition[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const transition of transitions) {
    if (isBookingTransition(transition)) ids.add(transition.bookingId);
  }
  return ids;
}

function insertedColumns(bookings: readonly Booking[]): Columns {
  return {
    insertedIds: bookings.map((booking) => booking.id),
    insertedUserIds: bookings.map((booking) => booking.userId),
    insertedOrdinals: bookings.map((booking) => booking.ordinal),
    insertedSeatCounts: bookings.map((booking) => booking.quantity),
    insertedStatuses: bookings.map((booking) => booking.status),
    insertedExpiries: bookings.map((booking) =>
      booking.status === 'held' ? booking.expiresAt : null,
    ),
  };
}

function movedColumns(moves: readonly { seen: Booking; left: Booking }[]): Columns {
  return {
    movedIds: moves.map(({ left }) => left.id),
    movedFrom: moves.map(({ seen }) => seen.status),
    movedTo: moves.map(({ left }) => left.status),
    movedCount: moves.length,
  };
}

/** The ledger's rows for these transitions, in order. */
export function ledgerWrites(transitions: readonly Transition[]): Columns {
  const rows = transitions.map(ledgerRow);
  return {
    ledgerTypes: rows.map((row) => row.type),
    ledgerBookingIds: rows.map((row) => row.bookingId),
    ledgerUserIds: rows.map((row) => row.userId),
    ledgerOrdinals: rows.map((row) => row.ordinal),
    ledgerQuantities: rows.map((row) => row.quantity),
    ledgerFromStatuses: rows.map((row) => row.fromStatus),
    ledgerExpiries: rows.map((row) => row.expiresAt),
    ledgerFacts: rows.map((row) => row.facts),
  };
}

interface LedgerWrite {
  readonly type: Transition['type'];
  readonly bookingId: string | null;
  readonly userId: string | null;
  readonly ordinal: number | null;
  readonly quantity: number;
  readonly fromStatus: string | null;
  readonly expiresAt: number | null;
  readonly facts: string | null;
}

function ledgerRow(transition: Transition): LedgerWrite {
  if (!isBookingTransition(transition)) return eventLedgerRow(transition);
  const { type, bookingId, userId, ordinal, quantity } = transition;
  const from = 'from' in transition && transition.from !== 'nothing' ? transition.from : null;
  return {
    type,
    bookingId,
    userId,
    ordinal,
    quantity,
    fromStatus: transition.type === 'booking_expired' ? 'held' : from,
    expiresAt: transition.type === 'booking_held' ? transition.expiresAt : null,
    facts: null,
  };
}

function eventLedgerRow(transition: Transition): LedgerWrite {
  const { type, at: _, ...facts } = transition;
  return {
    type,
    bookingId: null,
    userId: null,
    ordinal: null,
    quantity: capacityChangeOf(transition).total,
    fromStatus: null,
    expiresAt: null,
    facts: JSON.stringify(facts),
  };
}
