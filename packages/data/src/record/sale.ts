import type { EventState } from '@holdfast/domain';
import { arrayOf } from '../sql/array-literal.ts';
import type { Decided } from '../commit/group.ts';

/**
 * What was decided of an event, and what that relied on: a row of `sale` in a statement, by its columns and
 * their types. `is_from_memory`: no booking was read for the decision.
 */
const columns = {
  event_id: 'uuid',
  at: 'float8',
  available_change: 'int',
  held_change: 'int',
  seats_available_min: 'int',
  seats_available_max: 'int',
  status: 'text',
  opens_at: 'float8',
  closes_at: 'float8',
  quantity_per_booking_max: 'int',
  active_bookings_per_user_max: 'int',
  hold_duration_ms: 'int',
  hold_pause_ms: 'int',
  cancel_deadline_ms: 'bigint',
  hold_extension_max_ms: 'int',
  extends_when_sold_out: 'bool',
  date: 'float8',
  is_from_memory: 'bool',
} as const;

/** What the guard of a sale compares, and what it adds. */
export type Column = keyof typeof columns;
type Row = Readonly<Record<Column, string | number | boolean | null>>;

/** A parameter of this column, so named that no other part of a statement has the name. */
const parameterOf = (column: Column) => `sale_${column}`;
const names = Object.keys(columns).filter((name): name is Column => name in columns);

/**
 * SQL for one event: the value itself, where it is compared. A row that is first made from eighteen arrays, and
 * then joined, took a booking 0.1 ms.
 */
export const saleOfOne = (column: Column): string => `:${parameterOf(column)}::${columns[column]}`;

/** For many: one row an event. */
export const saleOfMany = `
sale as materialized (
  select * from unnest(${names.map((name) => `:${parameterOf(name)}::${columns[name]}[]`).join(', ')})
    with ordinality as sale (${names.join(', ')}, place)
)`;

/** The parameter that has the ids of all events. */
export const eventIdsOfMany = `:${parameterOf('event_id')}::uuid[]`;

type Values = Readonly<Record<string, unknown>>;

/** The values that `saleOfOne` names, and the event's id and the time of the decision. */
export function saleValue(decided: Decided): Values {
  const row = rowOf(decided);
  const values = names.map((name) => [parameterOf(name), row[name]] as const);
  return { eventId: row.event_id, at: row.at, ...Object.fromEntries(values) };
}

/** The values of `saleOfMany`. */
export function saleValues(groups: readonly Decided[]): Values {
  const rows = groups.map(rowOf);
  return Object.fromEntries(
    names.map((name) => [parameterOf(name), arrayOf(rows.map((row) => literalOf(row[name])))]),
  );
}

function literalOf(value: Row[Column]): string | number | null {
  return typeof value === 'boolean' ? String(value) : value;
}

function rowOf({ loaded, group }: Decided): Row {
  const before = eventSeen(loaded);
  const { capacity } = group.after.event ?? before;
  const { policy, saleWindow, status } = before.rules;
  return {
    event_id: before.id,
    at: loaded.now,
    available_change: capacity.available - before.capacity.available,
    held_change: capacity.held - before.capacity.held,
    seats_available_min: group.reliance.seatsAvailableMin,
    seats_available_max: group.reliance.seatsAvailableMax,
    status,
    opens_at: saleWindow.opensAt,
    closes_at: saleWindow.closesAt,
    quantity_per_booking_max: policy.quantityPerBookingMax,
    active_bookings_per_user_max: policy.activeBookingsPerUserMax,
    hold_duration_ms: policy.holdDurationMs,
    hold_pause_ms: policy.holdPauseMs,
    cancel_deadline_ms: policy.cancelDeadlineMs,
    hold_extension_max_ms: policy.holdExtensionMaxMs,
    extends_when_sold_out: policy.extendsWhenSoldOut,
    date: before.date,
    is_from_memory: loaded.from === 'known',
  };
}

function eventSeen({ state: { event } }: Decided['loaded']): EventState {
  if (event === null) throw new Error('Nothing is sold of an event that is not there.');
  return event;
}
