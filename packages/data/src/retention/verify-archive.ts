import { escapeIdentifier, type PoolClient } from 'pg';
import { auditTables, auditTimeoutMs } from '../audit/audit.ts';
import { invariants } from '../audit/invariants.ts';
import type { AuditReport } from '../audit/report.ts';
import type { Database } from '../connection/database.ts';
import { mapFaults } from '../connection/faults.ts';
import { ormOf } from '../connection/orm-of.ts';
import { ArchiveBroken, type ArchiveSummary, type JsonRow, readArchive } from './archive-lines.ts';

/** An archive that is whole, and what the audit says of its rows. */
export interface VerifiedArchive {
  readonly summary: ArchiveSummary;
  readonly report: AuditReport;
}

/** I10 is about what is in the tables beside an archive. The others hold of the archived rows alone. */
const ofRows = invariants.filter(({ id }) => id !== 'I10');

/** Rows that one statement puts into a table. */
const rowCountPerInsert = 1_000;

/**
 * Proves an archive: that it is whole, and that its rows keep every invariant. They are put into temporary
 * tables of the same names, and the same audit runs on them. Nothing else of the database is read or changed.
 *
 * @throws ArchiveBroken; DatabaseUnavailable; Error of pg where the role may make no temporary tables
 * @example (await verifyArchive(database, linesOfFile(createReadStream(path)))).report.violationCount // 0
 */
export async function verifyArchive(
  database: Database,
  lines: AsyncIterable<string>,
): Promise<VerifiedArchive> {
  const createSql = await ormOf(database).schema.getCreateSchemaSQL({ wrap: false });
  return await mapFaults(async () => {
    const client = await database.pool.connect();
    try {
      await client.query('begin isolation level read committed read write');
      await client.query(`set local statement_timeout = ${auditTimeoutMs}`);
      await client.query('set local search_path = pg_temp');
      await client.query(createSql);
      return await verifyInTables(client, lines);
    } finally {
      // The temporary tables go with the connection.
      client.release(true);
    }
  });
}

async function verifyInTables(
  client: PoolClient,
  lines: AsyncIterable<string>,
): Promise<VerifiedArchive> {
  const waiting = new Map<string, JsonRow[]>();
  async function put(table: string, rows: readonly JsonRow[]): Promise<void> {
    const some = [...(waiting.get(table) ?? []), ...rows];
    waiting.set(table, some.length < rowCountPerInsert ? some : []);
    if (some.length >= rowCountPerInsert) await insertRows(client, table, some);
  }
  const summary = await readArchive(lines, put);
  for (const [table, rows] of waiting) await insertRows(client, table, rows);
  await insertRows(client, 'events', [summary.event]);
  await client.query(ownLinesOnly, [summary.event['id']]);
  await client.query(keptOutbox);
  const report = await auditTables(client, ofRows, [null, null, null]);
  return { summary, report };
}

/** Other lines of an order are in the archives of other events. */
const ownLinesOnly = `
  update orders set (event_ids, seat_counts) = (
    select array_agg(line.event_id), array_agg(line.quantity)
    from unnest(event_ids, seat_counts) as line (event_id, quantity) where line.event_id = $1
  )`;

const keptOutbox = `
  insert into removals (event_id, outbox_from)
  select event_id, min(version) from outbox group by event_id`;

async function insertRows(
  client: PoolClient,
  table: string,
  rows: readonly JsonRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const columns = await columnsOf(client, table);
  try {
    await client.query(
      `insert into ${table} (${columns})
       select ${columns} from json_populate_recordset(null::${table}, $1::json)`,
      [JSON.stringify(rows)],
    );
  } catch (error) {
    if (isRefusedRow(error))
      throw new ArchiveBroken(`A row of ${table} is refused: ${error.message}.`);
    throw error;
  }
}

/** What is generated cannot be put in. */
async function columnsOf(client: PoolClient, table: string): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    `select attname as name from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''
     order by attnum`,
    [table],
  );
  return rows.map(({ name }) => escapeIdentifier(name)).join(', ');
}

/** SQLSTATE classes of what a row itself can be refused for: its values, constraints and keys. */
function isRefusedRow(error: unknown): error is Error {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return ['22', '23'].includes(String(error.code).slice(0, 2));
}
