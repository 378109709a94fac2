import { type AuditReport, auditNext, type Database } from '@holdfast/data';
import type { Logger } from '@holdfast/process';
import type { WorkerMetrics } from './worker-metrics.ts';

/** Rows of each broken invariant that are logged; the audit by hand shows more. */
const rowCountLogged = 3;

/**
 * Commits and seats that one snapshot looks at: some tenths of a second. While a snapshot is open
 * PostgreSQL prunes nothing that has changed since, and a hot row grows by a version each commit.
 */
const weightMax = 20_000;

/** A run ends after this, and the next one goes on from there: a large database takes several. */
const runMsMax = 15_000;

interface AuditParts {
  readonly database: Database;
  readonly log: Logger;
  readonly metrics: WorkerMetrics;
  /** Ends a run between two snapshots. */
  readonly signal: AbortSignal;
  readonly weightMax?: number;
  readonly runMsMax?: number;
}

/** What a run of the audit has to tell. */
export interface AuditRun {
  /** Found by this run. */
  readonly violationCount: number;
  /** Did it reach the end? Then every event has been looked at since the last time it did. */
  readonly isTurnComplete: boolean;
}

/**
 * Makes the audit that goes round: each run takes part after part of the events, each in a snapshot of its
 * own, and a small database whole. It says loudly where an invariant is broken: nothing that Holdfast
 * does breaks one, so somebody has to look.
 *
 * @throws DatabaseUnavailable; the next run goes on where this one stopped
 * @example const check = createInvariantsCheck(); await check({ database, log, metrics, signal });
 */
export function createInvariantsCheck(): (parts: AuditParts) => Promise<AuditRun> {
  let after: string | null = null;
  let foundInTurn = 0;

  return async (parts) => {
    const { database, log, metrics, signal } = parts;
    const untilMs = performance.now() + (parts.runMsMax ?? runMsMax);
    let violationCount = 0;
    do {
      const part = await auditNext(database, { after, weightMax: parts.weightMax ?? weightMax });
      after = part.next;
      violationCount += part.violationCount;
      foundInTurn += part.violationCount;
      if (part.violationCount > 0) {
        log.error(
          { violationCount: part.violationCount, broken: brokenInvariants(part) },
          'invariants are broken',
        );
        metrics.auditViolations.set(foundInTurn);
      }
      if (after === null) {
        metrics.auditViolations.set(foundInTurn);
        metrics.auditCompleted.setToCurrentTime();
        foundInTurn = 0;
      }
    } while (after !== null && performance.now() < untilMs && !signal.aborted);
    return { violationCount, isTurnComplete: after === null };
  };
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
