import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { saleDays } from './plan.ts';
import type { TemplateEvent } from './template-event.ts';

/** When the sales of the copies begin, and how many customers there are. */
export interface Copies {
  readonly salesBeginAt: readonly Date[];
  readonly userCount: number;
}

/** Where an event has rows, and by which column they name it. */
const eventColumns = {
  events: 'id',
  bookings: 'event_id',
  ledger: 'event_id',
  outbox: 'event_id',
} as const;

/** Of two events in a row, so many customers lie in between: all come back, and none has a pattern. */
const shiftPerEvent = 997;

/**
 * Copies an event with all its rows, into the past: its sale is stretched over ten days and ends at the event's date. Constraints
 * and indexes are checked and written for each row, as they are when it is sold.
 */
export async function copyEvent(
  client: Client,
  { eventId, beganAt, endedAt }: TemplateEvent,
  { salesBeginAt, userCount }: Copies,
): Promise<void> {
  const stretch = (saleDays * 86_400_000) / (endedAt.getTime() - beganAt.getTime());
  const copies = salesBeginAt.map((at, index) => ({ id: randomUUID(), at, index }));
  for (const [table, eventColumn] of Object.entries(eventColumns)) {
    const columns = await columnsOf(client, table);
    const values = columns.map((column) => valueOf(column, eventColumn));
    await client.query(
      `insert into ${table} (${columns.map(({ name }) => name).join(', ')})
       select ${values.join(', ')}
       from ${table} original
       cross join unnest($2::uuid[], $3::timestamptz[], $4::int[]) copy (id, begins_at, shift)
       where original.${eventColumn} = $1 and $5::timestamptz is not null and $6::float8 > 0
         and $7::int > 0`,
      [
        eventId,
        copies.map(({ id }) => id),
        copies.map(({ at }) => at),
        copies.map(({ at, index }) => shiftOf(at, index)),
        beganAt,
        stretch,
        userCount,
      ],
    );
  }
}

function shiftOf(at: Date, index: number): number {
  const day = Math.floor(at.getTime() / 86_400_000);
  return ((day * 31 + index) * shiftPerEvent) % 1_000_000;
}

interface Column {
  readonly name: string;
  readonly type: string;
}

/** Generated ones are PostgreSQL's own to fill. */
async function columnsOf(client: Client, table: string): Promise<readonly Column[]> {
  const { rows } = await client.query<Column>(
    `select attname as name, atttypid::regtype::text as type from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''
     order by attnum`,
    [table],
  );
  return rows;
}

function valueOf({ name, type }: Column, eventColumn: string): string {
  if (name === eventColumn) return 'copy.id';
  if (name === 'user_id') {
    return `'user-' || ((substr(original.user_id, 6)::int + copy.shift) % $7::int)`;
  }
  if (name === 'date' || name === 'sale_closes_at') {
    return `copy.begins_at + interval '${saleDays} days'`;
  }
  return type === 'timestamp with time zone'
    ? `copy.begins_at + (original.${name} - $5::timestamptz) * $6::float8`
    : `original.${name}`;
}
