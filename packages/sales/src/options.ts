import type { Pool } from 'pg';

/** The table whose rows are sold. Every entry but `table` is the name of a column. */
export interface ItemTable {
  /** `products`, or with its schema `shop.products`. */
  readonly table: string;
  readonly id: string;
  /** Pieces that may still be sold. A CHECK keeps it from falling below 0. */
  readonly available: string;
  /** Each commit adds 1. */
  readonly version: string;
  /** Pieces that somebody holds. Left out: there are no holds. */
  readonly held?: string;
}

/** The table whose rows say who has what. Every entry but `table` and the words of `status` is a column's name. */
export interface ClaimTable {
  readonly table: string;
  /** Unique over the whole table: it is the idempotency key. */
  readonly id: string;
  readonly item: string;
  /** Left out: claims are nobody's, and there is no limit a user. */
  readonly user?: string;
  readonly quantity: string;
  /** A user's place among the own active claims of an item, from 1. Default `ordinal`; not there without users. */
  readonly ordinal?: string;
  readonly status: ClaimStatuses;
  /** When a hold lapses: `timestamptz`. Left out: there are no holds. */
  readonly expiresAt?: string;
}

/**
 * A team's word for a status, or several: the first is written, and a row with any of them counts.
 *
 * @example ['paid', 'shipped'] // what is shipped was sold, and stays so
 */
export type StatusWords = string | readonly string[];

/** The column, and the team's words for each status. `held` and `expired` only where there are holds. */
export interface ClaimStatuses {
  readonly column: string;
  readonly confirmed: StatusWords;
  readonly cancelled: StatusWords;
  readonly held?: StatusWords;
  readonly expired?: StatusWords;
}

/** What a claim and a user may have. */
export interface SalesPolicy {
  /** Pieces in one claim, at most: 1 to 2,000. */
  readonly quantityPerClaimMax: number;
  /** Claims of one item that a user may have at a time. Left out where claims have no users. */
  readonly activeClaimsPerUserMax?: number;
  /** How long a hold lasts, in milliseconds. Left out: there are no holds. */
  readonly holdDurationMs?: number;
}

/** A team's tables, and by which rules their rows are sold. */
export interface SalesTables {
  readonly item: ItemTable;
  readonly claim: ClaimTable;
  readonly policy: SalesPolicy;
}

/** Bounds that have a default. */
export interface SalesLimits {
  /** Commands that are committed together. Default 500; less where claims may be large. */
  readonly groupSizeMax: number;
  /** Commands of one item that wait. Default 10,000. */
  readonly queueLengthMax: number;
  /** Items that have anything waiting or under way. Default 20,000. */
  readonly itemCountMax: number;
  /** Commits under way. Default: as many as the pool has connections. */
  readonly commitCountMax: number;
  /** A command that waits longer is given up, in milliseconds. Default 8,000. */
  readonly commandTimeoutMs: number;
}

export interface SalesOptions extends SalesTables {
  /** The team's own. It stays open when the sales are closed. */
  readonly pool: Pool;
  readonly limits?: Partial<SalesLimits>;
}
