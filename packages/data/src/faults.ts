/** Nothing was written: PostgreSQL could not be reached, or went away. Try again after `retryAfterMs`. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable';
  readonly retryAfterMs = 1_000;
  constructor(cause: unknown) {
    super('The database cannot be reached.', { cause });
  }
}

/** Nothing was read: all connections for reads are in use, and too many wait, or for too long. */
export class ReadsOverloaded extends Error {
  override readonly name = 'ReadsOverloaded';
  readonly retryAfterMs = 1_000;
  constructor() {
    super('Too many reads wait for a connection already.');
  }
}

/** Nothing was written: every bounded attempt at the commit lost a race or waited too long for a lock. */
export class CommitContended extends Error {
  override readonly name = 'CommitContended';
  readonly retryAfterMs = 200;
  constructor(cause: unknown) {
    super('The commit was given up: other transactions were in the way of every attempt.', {
      cause,
    });
  }
}

/**
 * What an error of a database call means for its caller:
 * `lost`: rolled back, because something it relied on has changed: decide again;
 * `contended`: rolled back, because of other transactions: do it again;
 * `failing`: rolled back or never begun, because the server is not well: try later;
 * `broken`: the connection failed, and the server may or may not have done it;
 * `bug`: anything else.
 */
export type FaultKind = 'lost' | 'contended' | 'failing' | 'broken' | 'bug';

/** SQLSTATE of `holdfast_require`: a booking was no longer in the status that a decision relied on. */
const guardLost = 'HF001';

const kindBySqlState: Readonly<Record<string, FaultKind>> = {
  [guardLost]: 'lost',
  '23505': 'lost', // unique_violation: the booking id, or the user's ordinal, was taken meanwhile
  '23514': 'lost', // check_violation: the last line of defence held
  '22003': 'lost', // numeric_value_out_of_range: the same, for an event of 2,147,483,647 seats
  '40001': 'contended', // serialization_failure
  '40P01': 'contended', // deadlock_detected
  '55P03': 'contended', // lock_not_available: lock_timeout
  '57014': 'contended', // query_canceled: statement_timeout
  '57P01': 'broken', // admin_shutdown
  '57P02': 'broken', // crash_shutdown
  '57P03': 'failing', // cannot_connect_now
  '25006': 'failing', // read_only_sql_transaction: a failover left us with the old primary
};

/** Classes of SQLSTATE, their first two characters. */
const kindByClass: Readonly<Record<string, FaultKind>> = {
  '08': 'broken', // connection exceptions
  '53': 'failing', // insufficient resources: disk full, out of memory, too many connections
  '58': 'failing', // system errors: I/O
};

/** See FaultKind. An error without a SQLSTATE comes from the wire: PostgreSQL always gives one. */
export function faultKind(error: unknown): FaultKind {
  const code = errorCode(error);
  if (code === undefined) return isWireError(error) ? 'broken' : 'bug';
  const kind = kindBySqlState[code] ?? kindByClass[code.slice(0, 2)];
  return kind ?? (isSystemCode(code) ? 'broken' : 'bug');
}

/** Runs a read, and turns a failed connection into DatabaseUnavailable. */
export async function mapFaults<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const isOurs = ['lost', 'bug'].includes(faultKind(error));
    throw isOurs ? error : new DatabaseUnavailable(error);
  }
}

function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Node's own codes (ECONNREFUSED, EPIPE, ENOTFOUND, …) start so; no SQLSTATE class does. */
function isSystemCode(code: string): boolean {
  return /^E[A-Z_]{3,}$/.test(code);
}

/** What pg and its pool say, without a code, when the server is gone or silent. */
const wireMessages = [
  'Connection terminated',
  'Query read timeout',
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Client has encountered a connection error',
  'Client was closed',
];

function isWireError(error: unknown): boolean {
  return error instanceof Error && wireMessages.some((text) => error.message.includes(text));
}
