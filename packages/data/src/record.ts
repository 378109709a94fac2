import type { Command, EventState, GroupDecision } from '@holdfast/domain';
import type { Pool, PoolClient, QueryConfig } from 'pg';
import type { Loaded } from './load.ts';
import { recordCreated, recordOrganized, recordSold } from './record-statements.ts';
import { bookingWrites, ledgerWrites } from './writes.ts';

/** What the event's row says after the commit. */
export interface Recorded {
  readonly version: number;
  readonly total: number;
  readonly available: number;
  readonly held: number;
}

/**
 * Writes exactly what was decided, in one statement and so one transaction: the event's row, the
 * bookings, the ledger and the outbox.
 *
 * The statement repeats what the decision relied on as its guard: unchanged rules, enough seats,
 * bookings in the status they were seen in, and for organizers' commands the very version. Returns
 * null when the guard on the event's row fails; raises SQLSTATE HF001 when a booking has moved, and
 * a unique violation when an id or a user's place was taken meanwhile. In all three nothing is
 * written, and the caller decides again.
 */
export async function record(
  connection: Pool | PoolClient,
  loaded: Loaded,
  group: GroupDecision<Command>,
): Promise<Recorded | null> {
  const result = await connection.query<Recorded>(recordQuery(loaded, group));
  return result.rows[0] ?? null;
}

/** The statement for this group: which event write it needs, and all its values. */
function recordQuery({ state, now }: Loaded, group: GroupDecision<Command>): QueryConfig {
  const before = state.event;
  const after = group.after.event;
  if (after === null)
    throw new Error('There is nothing to write about an event that is not there.');
  const writes = { at: now, ...bookingWrites(state, group), ...ledgerWrites(group.transitions) };
  if (before === null) return recordCreated({ ...writes, ...eventValues(after) });
  if (group.reliance.everything) {
    return recordOrganized({ ...writes, ...eventValues(after), version: before.version });
  }
  return recordSold({
    ...writes,
    ...eventValues(before),
    availableChange: after.capacity.available - before.capacity.available,
    heldChange: after.capacity.held - before.capacity.held,
    seatsAvailableMin: group.reliance.seatsAvailableMin,
    seatsAvailableMax: group.reliance.seatsAvailableMax,
  });
}

function eventValues(event: EventState): Readonly<Record<string, unknown>> {
  const { rules, capacity } = event;
  return {
    eventId: event.id,
    organizerId: event.organizerId,
    title: event.title,
    date: event.date,
    status: rules.status,
    ...rules.saleWindow,
    ...rules.policy,
    seatCount: capacity.total,
    availableSeats: capacity.available,
    heldSeats: capacity.held,
  };
}
