/**
 * The sale of a team's own rows, guarded as Holdfast's own are. Start with `openSales`; `sqlFor` prints
 * what the tables need.
 */
export { CommitContended, DatabaseUnavailable } from '@holdfast/data/faults';
export { InvalidInput } from '@holdfast/domain';
export { Draining, Overloaded } from '@holdfast/engine/committer';
export type { GivenId } from './ids.ts';
export { openSales } from './open-sales.ts';
export type {
  ClaimStatuses,
  ClaimTable,
  ItemTable,
  SalesLimits,
  SalesOptions,
  SalesPolicy,
  SalesTables,
} from './options.ts';
export { plannedOnce } from './planned-once.ts';
export type { Sales } from './sales.ts';
export { sqlFor } from './sql-for.ts';
export { type Lack, TablesUnfit } from './tables-unfit.ts';
export type {
  Also,
  AskedClaim,
  AskedLines,
  Claim,
  ClaimOutcome,
  Line,
  LinesOutcome,
  NamedClaim,
  Refusal,
  RefusedLine,
  Unknown,
} from './words.ts';
