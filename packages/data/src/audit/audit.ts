import type { PoolClient, QueryConfig } from 'pg';
import type { Database } from '../connection/database.ts';
import { mapFaults } from '../connection/faults.ts';
import { isDistributed } from '../connection/is-distributed.ts';
import { type Invariant, invariants, violationCountMax } from './invariants.ts';
import type { AuditReport, InvariantReport, Violation } from './report.ts';
import { confirmedOnly } from './second-look.ts';

/** The longest that one invariant may take. pg takes 0 for its default, not for no limit. */
export const auditTimeoutMs = 600_000;

/**
 * Checks the invariants I1 to I10, all in one snapshot, so that it is right under load, too. While
 * it runs, PostgreSQL can remove no old row version. For a large database use `auditNext`, which
 * works in parts.
 *
 * @param scope one event, or with `eventId: null` all of them
 * @example (await audit(database, { eventId: null })).violationCount // 0
 */
export async function audit(
  database: Database,
  { eventId }: { readonly eventId: string | null },
): Promise<AuditReport> {
  const scope = { eventId, after: null, upTo: null };
  return await mapFaults(() => auditScope(database, scope));
}

/** What was found in one part of the database, and where the next part begins. */
export interface AuditedPart extends AuditReport {
  /** The id after which to go on; `null`: this was the last part. */
  readonly next: string | null;
}

/** The most events that one part looks at. */
const eventCountMax = 1_000;

/**
 * Checks the same of the next events by id, in a snapshot of its own that is soon over. It takes
 * events until their commits and taken seats add up to `weightMax`, and at least one. It also finds
 * rows that belong to no event.
 *
 * @example
 * let after: string | null = null;
 * do ({ next: after } = await auditNext(database, { after, weightMax: 20_000 }));
 * while (after !== null);
 */
export async function auditNext(
  database: Database,
  { after, weightMax }: { readonly after: string | null; readonly weightMax: number },
): Promise<AuditedPart> {
  return await mapFaults(async () => {
    const next = await endOfPart(database, { after, weightMax });
    const report = await auditScope(database, { eventId: null, after, upTo: next });
    return { ...report, next };
  });
}

/** The id of the part's last event; `null`: no event comes after it. */
async function endOfPart(
  { pool }: Database,
  { after, weightMax }: { readonly after: string | null; readonly weightMax: number },
): Promise<string | null> {
  const { rows } = await pool.query<{ id: string; is_last: boolean }>(
    `select id, is_last
     from (
       select id, row_number() over by_id as place,
         sum(version + seat_count::bigint - available_seats) over by_id as weight,
         lead(id) over by_id is null as is_last
       from (
         select id, version, seat_count, available_seats from events
         where $1::uuid is null or id > $1
         order by id limit $2
       ) e
       window by_id as (order by id)
     ) e
     where place = 1 or (weight <= $3 and place < $2)
     order by id desc limit 1`,
    [after, eventCountMax + 1, weightMax],
  );
  const [end] = rows;
  return end === undefined || end.is_last ? null : end.id;
}

/** Which events: one; or those with an id after `after`, up to `upTo`. `null` bounds nothing. */
interface Scope {
  readonly eventId: string | null;
  readonly after: string | null;
  readonly upTo: string | null;
}

/**
 * All in one snapshot; of tables that are distributed, in one snapshot of each node. All rows of an event are on one
 * node, but an order has events on several: what seems torn there is looked at once more.
 */
async function auditScope(database: Database, scope: Scope): Promise<AuditReport> {
  if (!(await isDistributed(database))) return await auditInOneSnapshot(database, scope, []);
  const look = () => auditInOneSnapshot(database, scope, [oneConnectionPerNode]);
  return await confirmedOnly(look);
}

/** Each connection to a node has a snapshot of its own, and Citus would open several. */
const oneConnectionPerNode = 'set local citus.max_adaptive_executor_pool_size = 1';

async function auditInOneSnapshot(
  database: Database,
  { eventId, after, upTo }: Scope,
  settings: readonly string[],
): Promise<AuditReport> {
  const client = await database.pool.connect();
  try {
    await client.query('begin isolation level repeatable read read only');
    for (const setting of settings) await client.query(setting);
    // An audit of a big database takes longer than a booking may.
    await client.query(`set local statement_timeout = ${auditTimeoutMs}`);
    const report = await auditTables(client, invariants, [eventId, after, upTo]);
    await client.query('commit');
    return report;
  } finally {
    client.release(true);
  }
}

/** Checks these invariants of the tables that this connection sees, in its transaction. */
export async function auditTables(
  client: PoolClient,
  checked: readonly Invariant[],
  bounds: readonly (string | null)[],
): Promise<AuditReport> {
  const reports: InvariantReport[] = [];
  for (const { id, title, sql } of checked) {
    const text = `select * from (${sql}) violation limit ${violationCountMax}`;
    const query: QueryConfig & { query_timeout: number } = {
      text,
      values: [...bounds],
      query_timeout: auditTimeoutMs,
    };
    const result = await client.query<Violation>(query);
    reports.push({ id, title, violations: result.rows });
  }
  const violationCount = reports.reduce((sum, report) => sum + report.violations.length, 0);
  return { violationCount, invariants: reports };
}
