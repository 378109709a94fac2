/** How to reach PostgreSQL, and how long to wait for it. All times in milliseconds. */
export interface DatabaseOptions {
  readonly url: string;
  /** Connections at most, for commits and reads together. Each has at least one. Default 10. */
  readonly poolSizeMax?: number;
  /** How many of these are for reads. Default three of ten. */
  readonly readCountMax?: number;
  /** Reads that wait for a connection, at most. More are refused at once. Default 1000. */
  readonly readQueueLengthMax?: number;
  /** Shown in `pg_stat_activity`. Default `holdfast`. */
  readonly applicationName?: string;
  /** For a connection: a new one, or for reads one that is free again. Default 2000. */
  readonly connectTimeoutMs?: number;
  /** For a row lock. PostgreSQL gives up then. Default 1000. */
  readonly lockTimeoutMs?: number;
  /** For a statement. PostgreSQL gives up then. Default 2000. */
  readonly statementTimeoutMs?: number;
  /**
   * For an answer, if PostgreSQL says nothing at all. The connection is dropped then. Default 3000.
   */
  readonly replyTimeoutMs?: number;
}

export const poolSizeMaxDefault = 10;
