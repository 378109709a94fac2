import type { QueryConfig } from 'pg';
import type { Database } from '../connection/database.ts';
import { lowestId } from '../read/page.ts';
import { read } from '../read/read.ts';
import { statement } from '../sql/statement.ts';

/** A table of an archive, and one of its rows as JSON text. */
export interface ArchivedRow {
  readonly table: 'bookings' | 'orders' | 'ledger' | 'outbox';
  readonly json: string;
}

const eventRow = statement(
  'event_row',
  `select row_to_json(e)::text as json from events e where e.id = :eventId`,
);
const bookingRows = statement(
  'booking_rows',
  `select b.id, row_to_json(b)::text as json from bookings b
   where b.event_id = :eventId and b.id > :afterId order by b.id limit :limit`,
);
const orderRows = statement(
  'order_rows',
  `select row_to_json(o)::text as json from orders o where o.id = any (:ids::uuid[]) order by o.id`,
);
const ledgerRows = statement(
  'ledger_rows',
  `select l.version, l.position, row_to_json(l)::text as json from ledger l
   where l.event_id = :eventId and (l.version, l.position) > (:afterVersion::int, :afterPosition::int)
   order by l.version, l.position limit :limit`,
);
const outboxRows = statement(
  'outbox_rows',
  `select o.version, row_to_json(o)::text as json from outbox o
   where o.event_id = :eventId and o.version > :afterVersion order by o.version limit :limit`,
);

/** The event's own row, as JSON text. Throws where there is none: a bug of the caller. */
export async function readEventRow(database: Database, eventId: string): Promise<string> {
  const [row] = await read<{ json: string }>(database, eventRow({ eventId }));
  if (row === undefined) throw new Error(`There is no event ${eventId} to archive.`);
  return row.json;
}

/**
 * Every other row of a frozen event, in the order of the tables' keys, some at a time. An order comes with the
 * booking of its name.
 */
export async function* readEventRows(
  database: Database,
  eventId: string,
  limit: number,
): AsyncGenerator<readonly ArchivedRow[]> {
  const bookings = (last?: { id: string }) =>
    bookingRows({ eventId, limit, afterId: last?.id ?? lowestId });
  for await (const page of pagesOf<{ id: string; json: string }>(database, bookings, limit)) {
    yield rowsOf('bookings', page);
    const ids = page.map(({ id }) => id);
    yield rowsOf('orders', await read<{ json: string }>(database, orderRows({ ids })));
  }
  const ledger = (last?: { version: number; position: number }) =>
    ledgerRows({
      eventId,
      limit,
      afterVersion: last?.version ?? 0,
      afterPosition: last?.position ?? 0,
    });
  type LedgerPage = { version: number; position: number; json: string };
  for await (const page of pagesOf<LedgerPage>(database, ledger, limit)) {
    yield rowsOf('ledger', page);
  }
  const outbox = (last?: { version: number }) =>
    outboxRows({ eventId, limit, afterVersion: last?.version ?? 0 });
  for await (const page of pagesOf<{ version: number; json: string }>(database, outbox, limit)) {
    yield rowsOf('outbox', page);
  }
}

async function* pagesOf<Row extends object>(
  database: Database,
  queryAfter: (last?: Row) => QueryConfig,
  limit: number,
): AsyncGenerator<readonly Row[]> {
  let last: Row | undefined;
  for (;;) {
    const page = await read<Row>(database, queryAfter(last));
    if (page.length > 0) yield page;
    if (page.length < limit) return;
    last = page.at(-1);
  }
}

function rowsOf(
  table: ArchivedRow['table'],
  page: readonly { readonly json: string }[],
): readonly ArchivedRow[] {
  return page.map(({ json }) => ({ table, json }));
}
