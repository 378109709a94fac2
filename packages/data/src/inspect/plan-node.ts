/** A statement by the name that PostgreSQL knows it by. */
export interface Prepared {
  readonly name: string;
  readonly text: string;
}

/** A part of a plan, as EXPLAIN gives it. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly PlanNode[];
}
