import type { QueryConfig } from 'pg';
import type { Database } from './database.ts';
import { mapFaults } from './faults.ts';
import { type Invariant, invariants, violationCountMax } from './invariants.ts';

/** A row that breaks an invariant, with what there is to know about it. */
type Violation = Readonly<Record<string, unknown>>;

/** One invariant and the rows that break it. */
export interface InvariantReport {
  readonly id: Invariant['id'];
  readonly title: string;
  /** At most `violationCountMax` of them. */
  readonly violations: readonly Violation[];
}

/** The longest that one invariant may take. pg takes 0 for its default, not for no limit. */
const auditTimeoutMs = 600_000;

/** What an audit found. A healthy database has `violationCount` 0. */
export interface AuditReport {
  readonly violationCount: number;
  readonly invariants: readonly InvariantReport[];
}

/**
 * Checks the invariants I1 to I8 of the database, all in one snapshot, so that it tells the truth
 * under load, too.
 *
 * @param scope one event, or with `eventId: null` all of them
 * @example (await audit(database, { eventId: null })).violationCount // 0
 */
export async function audit(
  database: Database,
  scope: { readonly eventId: string | null },
): Promise<AuditReport> {
  const reports = await mapFaults(() => auditInOneSnapshot(database, scope.eventId));
  const violationCount = reports.reduce((sum, report) => sum + report.violations.length, 0);
  return { violationCount, invariants: reports };
}

async function auditInOneSnapshot(
  database: Database,
  eventId: string | null,
): Promise<InvariantReport[]> {
  const client = await database.pool.connect();
  try {
    await client.query('begin isolation level repeatable read read only');
    // An audit of a big database takes longer than a booking may.
    await client.query(`set local statement_timeout = ${auditTimeoutMs}`);
    const reports: InvariantReport[] = [];
    for (const { id, title, sql } of invariants) {
      const text = `select * from (${sql}) violation limit ${violationCountMax}`;
      const query: QueryConfig & { query_timeout: number } = {
        text,
        values: [eventId],
        query_timeout: auditTimeoutMs,
      };
      const result = await client.query<Violation>(query);
      reports.push({ id, title, violations: result.rows });
    }
    await client.query('commit');
    return reports;
  } finally {
    client.release(true);
  }
}
