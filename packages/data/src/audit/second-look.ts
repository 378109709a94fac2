import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditReport, InvariantReport, Violation } from './report.ts';

/** The nodes of a cluster commit an order one after the other, within milliseconds unless one of them is away. */
const pauseMs = 1_000;

/**
 * What an audit over several nodes finds in two looks. Their snapshots are not of one moment: between them an order
 * may have been committed on one node, and not yet on another. A second later it is on both, or it is torn.
 *
 * @example await confirmedOnly(() => auditNodes(database))
 */
export async function confirmedOnly(look: () => Promise<AuditReport>): Promise<AuditReport> {
  const first = await look();
  if (!first.invariants.some(isOverNodes)) return first;
  await sleep(pauseMs);
  const second = await look();
  const again = new Set(second.invariants.filter(isOverNodes).flatMap(keysOf));
  const invariants = first.invariants.map((each) =>
    isOverNodes(each)
      ? { ...each, violations: each.violations.filter((row) => again.has(keyOf(row))) }
      : each,
  );
  const violationCount = invariants.reduce((sum, { violations }) => sum + violations.length, 0);
  return { violationCount, invariants };
}

/** Only orders have rows on more than one node. */
function isOverNodes({ id, violations }: InvariantReport): boolean {
  return id === 'I9' && violations.length > 0;
}

function keysOf({ violations }: InvariantReport): readonly string[] {
  return violations.map(keyOf);
}

function keyOf(row: Violation): string {
  return JSON.stringify(row);
}
