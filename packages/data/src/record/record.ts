import type { EventState } from '@holdfast/domain';
import type { Pool, PoolClient, QueryConfig } from 'pg';
import { arrayOf } from '../sql/array-literal.ts';
import { recordClaimsOfMany, recordClaimsOfOne } from './claim-statements.ts';
import { claimsOf } from './claims.ts';
import { type Decided, isClaimsOnly, isSale, type Recorded } from '../commit/group.ts';
import {
  recordCreated,
  recordOrganized,
  recordSoldMany,
  recordSoldOne,
} from './record-statements.ts';
import { bookingWrites, ledgerWrites } from './writes.ts';

/**
 * Writes what was decided, in one statement and so in one transaction: the event's row, the
 * bookings, the ledger and the outbox.
 *
 * The guard of the statement repeats what the decision relied on: the same rules, enough seats,
 * bookings that are as they were seen, and for organizers' commands the same version.
 *
 * - Gives null where the guard on the event's row fails.
 * - Raises SQLSTATE HF001 where a booking has changed by now.
 * - Raises a unique violation where an id or a user's place was taken meanwhile.
 *
 * In all three cases nothing is written, and the caller decides again.
 */
export async function record(
  connection: Pool | PoolClient,
  decided: Decided,
): Promise<Recorded | null> {
  const result = await connection.query<Recorded>(queryFor(decided));
  return result.rows[0] ?? null;
}

/**
 * The same for sales of several events at once, with one answer for each group. `null`: its guard
 * failed, or another writer has locked its event. If the statement raises an error, nothing is
 * written at all.
 */
export async function recordMany(
  connection: Pool | PoolClient,
  groups: readonly Decided[],
): Promise<(Recorded | null)[]> {
  const query = groups.every(isClaimsOnly)
    ? recordClaimsOfMany(claimValues(groups))
    : recordSoldMany(soldValues(groups));
  const { rows } = await connection.query<Recorded & { readonly place: number }>(query);
  const byPlace = new Map(rows.map(({ place, ...recorded }) => [place, recorded]));
  return groups.map((_, index) => byPlace.get(index + 1) ?? null);
}

/** The statement for this group: which event write it needs, and all its values. */
function queryFor(decided: Decided): QueryConfig {
  if (isSale(decided)) {
    return isClaimsOnly(decided)
      ? recordClaimsOfOne(claimValues([decided]))
      : recordSoldOne(soldValues([decided]));
  }
  const { loaded, group } = decided;
  const after = group.after.event;
  if (after === null)
    throw new Error('There is nothing to write about an event that is not there.');
  const rows = { ...bookingWrites([decided]), ...ledgerWrites([decided]) };
  const values = { at: loaded.now, ...rows, ...eventValues(after) };
  const before = loaded.state.event;
  return before === null
    ? recordCreated(values)
    : recordOrganized({ ...values, version: before.version });
}

type Values = Readonly<Record<string, unknown>>;

function claimValues(groups: readonly Decided[]): Values {
  return { ...saleValues(groups), ...claimsOf(groups) };
}

function soldValues(groups: readonly Decided[]): Values {
  return { ...saleValues(groups), ...bookingWrites(groups), ...ledgerWrites(groups) };
}

function saleValues(groups: readonly Decided[]): Values {
  const events = groups.map(seenEvent);
  const reliances = groups.map(({ group }) => group.reliance);
  const policies = events.map(({ rules }) => rules.policy);
  return {
    ...capacityChanges(groups, events),
    eventIds: arrayOf(events.map(({ id }) => id)),
    instants: arrayOf(groups.map(({ loaded }) => loaded.now)),
    seatsAvailableMins: arrayOf(reliances.map((reliance) => reliance.seatsAvailableMin)),
    seatsAvailableMaxes: arrayOf(reliances.map((reliance) => reliance.seatsAvailableMax)),
    statuses: arrayOf(events.map(({ rules }) => rules.status)),
    opensAt: arrayOf(events.map(({ rules }) => rules.saleWindow.opensAt)),
    closesAt: arrayOf(events.map(({ rules }) => rules.saleWindow.closesAt)),
    quantitiesPerBookingMax: arrayOf(policies.map((policy) => policy.quantityPerBookingMax)),
    activeBookingsPerUserMax: arrayOf(policies.map((policy) => policy.activeBookingsPerUserMax)),
    holdDurationsMs: arrayOf(policies.map((policy) => policy.holdDurationMs)),
    holdPausesMs: arrayOf(policies.map((policy) => policy.holdPauseMs)),
    cancelDeadlinesMs: arrayOf(policies.map((policy) => policy.cancelDeadlineMs)),
    holdExtensionsMaxMs: arrayOf(policies.map((policy) => policy.holdExtensionMaxMs)),
    extendWhenSoldOut: arrayOf(policies.map((policy) => String(policy.extendsWhenSoldOut))),
    dates: arrayOf(events.map(({ date }) => date)),
    fromMemory: arrayOf(groups.map(({ loaded }) => String(loaded.from === 'known'))),
  };
}

function seenEvent({ loaded }: Decided): EventState {
  if (loaded.state.event === null)
    throw new Error('Nothing is sold of an event that is not there.');
  return loaded.state.event;
}

function capacityChanges(groups: readonly Decided[], events: readonly EventState[]) {
  const after = groups.map(({ group }, index) => group.after.event ?? events[index]);
  const change = (counter: 'available' | 'held') =>
    events.map(
      (before, index) => (after[index]?.capacity[counter] ?? 0) - before.capacity[counter],
    );
  return {
    availableChanges: arrayOf(change('available')),
    heldChanges: arrayOf(change('held')),
  };
}

function eventValues(event: EventState): Values {
  const { rules, capacity } = event;
  return {
    eventId: event.id,
    organizerId: event.organizerId,
    title: event.title,
    date: event.date,
    status: rules.status,
    ...rules.saleWindow,
    saleFollowsDate: event.saleFollowsDate,
    publishedAt: event.publishedAt,
    cancelledAt: event.cancelledAt,
    organizedVersion: event.organizedVersion,
    ...rules.policy,
    seatCount: capacity.total,
    availableSeats: capacity.available,
    heldSeats: capacity.held,
  };
}
