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
  /** SQL, after `from event`: its own rows of these arrays. */
  readonly join: (rows: ArrayRows) => string;
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

export const ofOne: Form = {
  eventId: theEventId,
  at: timestampOf(':at'),
  rows: unnested,
  join: (rows) => `cross join ${unnested(rows)}`,
};

const placed = ({ places, columns, ...rows }: ArrayRows): ArrayRows => ({
  ...rows,
  places,
  columns: [[places, 'int', 'place'], ...columns],
});

export const ofMany: Form = {
  eventId: 'event.id',
  at: 'event.at',
  rows: (rows) => unnested(placed(rows)),
  join: (rows) => `join ${unnested(placed(rows))} on ${rows.alias}.place = event.place`,
};

function unnested({ alias, columns }: ArrayRows): string {
  const arrays = columns.map(([parameter, type]) => `:${parameter}::${type}[]`);
  const names = columns.map(([, , column]) => column);
  return `unnest(${arrays.join(', ')}) as ${alias} (${names.join(', ')})`;
}
