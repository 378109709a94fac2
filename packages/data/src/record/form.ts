import { timestampOf } from '../sql/rows.ts';

/**
 * A statement writes one event, or several. One is named by its id in every part of the statement that touches a
 * table: `event_id = $1`. So PostgreSQL looks into one partition, and a distributed database sends each part to
 * one shard (docs/distributed.md). Several have a number each, `place`, from 1, by which their rows find them.
 */
export interface Form {
  /** SQL: the id of a row of `event`, and the time of the decision about it. */
  readonly eventId: string;
  readonly at: string;
  /** SQL: arrays as rows. */
  readonly rows: (rows: ArrayRows) => string;
  /** SQL: the rows of these arrays, each beside its event. Without arrays: the events. */
  readonly from: (rows?: ArrayRows) => string;
}

/** Rows that are sent as arrays, one array a column. */
export interface ArrayRows {
  readonly alias: string;
  /** The parameter that says which event each row is of, where there are several. */
  readonly places: string;
  readonly columns: readonly (readonly [parameter: string, type: string, column: string])[];
}

/** SQL: the id of the event of a statement of one. */
export const theEventId = ':eventId::uuid';

/** `events`: the rows that were written, named `event`. */
const one = (events: string): Form => ({
  eventId: theEventId,
  at: timestampOf(':at'),
  rows: unnested,
  from: (rows) => `from ${events} ${rows === undefined ? '' : `cross join ${unnested(rows)}`}`,
});

const many = (events: string): Form => ({
  eventId: 'event.id',
  at: 'event.at',
  rows: (rows) => unnested(placed(rows)),
  from: (rows) =>
    `from ${events} ${rows === undefined ? '' : `join ${unnested(placed(rows))} on ${rows.alias}.place = event.place`}`,
});

const placed = ({ places, columns, ...rows }: ArrayRows): ArrayRows => ({
  ...rows,
  places,
  columns: [[places, 'int', 'place'], ...columns],
});

export const ofOne = one('event');
export const ofMany = many('event');

/** The same once it is sure that bookings were what they were seen as. */
export const ofOneChecked = one('checked_event event');
export const ofManyChecked = many('checked_event event');

/** Of one event, within a routine (sql/routine.ts): there `event` is a variable. */
export const inRoutine: Form = {
  ...ofOne,
  from: (rows) => (rows === undefined ? '' : `from ${unnested(rows)}`),
};

function unnested({ alias, columns }: ArrayRows): string {
  const arrays = columns.map(([parameter, type]) => `:${parameter}::${type}[]`);
  const names = columns.map(([, , column]) => column);
  return `unnest(${arrays.join(', ')}) as ${alias} (${names.join(', ')})`;
}
