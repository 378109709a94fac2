import { audit, type AuditReport, type Database } from '@holdfast/data';
import type { Logger } from '@holdfast/process';
import type { WorkerMetrics } from './worker-metrics.ts';

/** Rows of each broken invariant that are logged; the audit by hand shows more. */
const rowCountLogged = 3;

interface AuditParts {
  readonly database: Database;
  readonly log: Logger;
  readonly metrics: WorkerMetrics;
}

/**
 * Audits the whole database, and says so loudly where an invariant is broken: nothing that Holdfast
 * does breaks one, so somebody has to look.
 *
 * @throws DatabaseUnavailable
 */
export async function checkInvariants({ database, log, metrics }: AuditParts): Promise<{
  readonly violationCount: number;
}> {
  const report = await audit(database, { eventId: null });
  const { violationCount } = report;
  metrics.auditViolations.set(violationCount);
  if (violationCount > 0) {
    log.error({ violationCount, broken: brokenInvariants(report) }, 'invariants are broken');
  }
  return { violationCount };
}

function brokenInvariants({ invariants }: AuditReport) {
  return invariants
    .filter(({ violations }) => violations.length > 0)
    .map(({ id, title, violations }) => ({
      id,
      title,
      rowCount: violations.length,
      rows: violations.slice(0, rowCountLogged),
    }));
}
