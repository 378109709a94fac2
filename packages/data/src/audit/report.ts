import type { Invariant } from './invariants.ts';

/** A row that breaks an invariant, with what there is to know about it. */
export type Violation = Readonly<Record<string, unknown>>;

/** One invariant and the rows that break it. */
export interface InvariantReport {
  readonly id: Invariant['id'];
  readonly title: string;
  /** At most `violationCountMax` of them. */
  readonly violations: readonly Violation[];
}

/** What an audit found. A healthy database has `violationCount` 0. */
export interface AuditReport {
  readonly violationCount: number;
  readonly invariants: readonly InvariantReport[];
}
