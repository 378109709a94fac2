import { sizesOf } from '@holdfast/data';

/** Every bound that an engine keeps. Times in milliseconds. */
export interface EngineLimits {
  /** Commands in one group, and in all groups of one commit. */
  readonly groupSizeMax: number;
  /**
   * A second group of an event is sent beside one under way when so many commands wait, and at least as many as are
   * under way. More than `queueLengthMax`: never.
   */
  readonly furtherGroupSizeMin: number;
  /** Commands of one event that wait. */
  readonly queueLengthMax: number;
  /** Events that have anything waiting or under way. */
  readonly eventCountMax: number;
  /** Commands of one user that are under way, over all events. */
  readonly commandCountPerUserMax: number;
  /** Commits under way. */
  readonly commitCountMax: number;
  /** Connections to PostgreSQL for reads. */
  readonly readCountMax: number;
  /** Reads that wait for one. */
  readonly readQueueLengthMax: number;
  /** Of these, one caller's: a user's, or where there is none, an address'. */
  readonly readQueueLengthPerCallerMax: number;
  /** Callers who shared a read and go on in one turn of the event loop. */
  readonly callCountPerTurnMax: number;
  readonly watcherCountMax: number;
  /** A command that waits longer is given up. */
  readonly commandTimeoutMs: number;
}

/** What an api process keeps by default, too. */
export const limitsDefault: Omit<EngineLimits, 'commitCountMax' | 'readCountMax'> = {
  groupSizeMax: 500,
  furtherGroupSizeMin: 24,
  queueLengthMax: 10_000,
  eventCountMax: 20_000,
  commandCountPerUserMax: 100,
  readQueueLengthMax: 10_000,
  readQueueLengthPerCallerMax: 500,
  callCountPerTurnMax: 32,
  watcherCountMax: 20_000,
  commandTimeoutMs: 8_000,
};

/**
 * The bounds of an engine on a pool of so many connections.
 *
 * @example limitsOf({ poolSizeMax: 20 }, { groupSizeMax: 100 })
 */
export function limitsOf(
  pool: { readonly poolSizeMax?: number },
  limits: Partial<EngineLimits> = {},
): EngineLimits {
  const { readCountMax, commitCountMax } = sizesOf(pool);
  return { ...limitsDefault, readCountMax, commitCountMax, ...limits };
}
