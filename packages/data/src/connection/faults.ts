/**
 * Nothing was written: PostgreSQL could not be reached, went away, or refuses us. Try again after
 * `retryAfterMs`.
 */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable';
  readonly retryAfterMs = 1_000;
  /**
   * It refuses us until somebody fixes the cause: a password, a grant, tables that are not
   * migrated.
   */
  readonly isRefusal: boolean;
  constructor(cause: unknown) {
    const isRefusal = refusingClasses.includes(errorCode(cause)?.slice(0, 2) ?? '');
    super(messageFor(cause, isRefusal), { cause });
    this.isRefusal = isRefusal;
  }
}

/** SQLSTATE classes: no such statement; invalid authorization; no such database; no right, or no such table. */
const refusingClasses: readonly string[] = ['26', '28', '3D', '42'];

/**
 * A statement that we have prepared is not there, or is there already. A connection has a server process of its own,
 * so somebody in between swaps them.
 */
const unpreparedCodes: readonly string[] = ['26000', '42P05'];

function messageFor(cause: unknown, isRefusal: boolean): string {
  if (unpreparedCodes.includes(errorCode(cause) ?? '')) return unprepared;
  return isRefusal ? 'The database refuses us.' : 'The database cannot be reached.';
}

const unprepared =
  'A pooler in transaction mode stands before the database, and mixes up prepared statements. Set its pool_mode to session, or let DATABASE_URL reach PostgreSQL itself.';

/**
 * Nothing was read: all connections for reads were in use, and too many waited, or for too long.
 */
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
  /**
   * The commands of the group are in each other's way, and each alone is not: bookings that move in it
   * take each other's places, and PostgreSQL checks the unique index row by row. The last attempts hold
   * the event's lock, so nobody else can have taken a place.
   */
  readonly isOwnDoing: boolean;
  constructor(cause: unknown) {
    super('The commit was given up: other transactions were in the way of every attempt.', {
      cause,
    });
    this.isOwnDoing = errorCode(cause) === '23505';
  }
}

/**
 * What an error of a database call means for its caller:
 *
 * - `lost`: rolled back, because something that it relied on has changed. Decide again.
 * - `contended`: rolled back, because of other transactions. Do it again.
 * - `failing`: rolled back or never begun, because the server is not well, or refuses us. Try
 *   later.
 * - `broken`: the connection failed. The server may have done it or not.
 * - `bug`: anything else.
 */
export type FaultKind = 'lost' | 'contended' | 'failing' | 'broken' | 'bug';

/** SQLSTATE of `holdfast_require`: a booking was no longer in the status that a decision relied on. */
const guardLost = 'HF001';

const kindBySqlState: Readonly<Record<string, FaultKind>> = {
  [guardLost]: 'lost',
  '23505': 'lost', // unique_violation: the booking id, or the user's ordinal, was taken meanwhile
  '23514': 'lost', // check_violation: a CHECK constraint stopped it
  '22003': 'lost', // numeric_value_out_of_range: the same, for an event of 2,147,483,647 seats
  '40001': 'contended', // serialization_failure
  '40P01': 'contended', // deadlock_detected
  '55P03': 'contended', // lock_not_available: lock_timeout
  '57014': 'contended', // query_canceled: statement_timeout
  '57P01': 'broken', // admin_shutdown
  '57P02': 'broken', // crash_shutdown
  '57P03': 'failing', // cannot_connect_now
  '57P04': 'broken', // database_dropped
  '57P05': 'broken', // idle_session_timeout
  '25P03': 'broken', // idle_in_transaction_session_timeout
  '25P04': 'broken', // transaction_timeout
  '3D000': 'failing', // invalid_catalog_name: there is no such database
  '42501': 'failing', // insufficient_privilege: a grant is missing
  '26000': 'failing', // invalid_sql_statement_name: a pooler gave us another server process
  '42P05': 'failing', // duplicate_prepared_statement: the same
  '42P01': 'failing', // undefined_table: not migrated, since our statements name no others
  '42703': 'failing', // undefined_column: the same
  '42883': 'failing', // undefined_function: the same
  '25006': 'failing', // read_only_sql_transaction: a failover left us with the old primary
};

/** Classes of SQLSTATE, their first two characters. */
const kindByClass: Readonly<Record<string, FaultKind>> = {
  '08': 'broken', // connection exceptions
  '28': 'failing', // invalid authorization: a wrong or rotated password, a role that may not log in
  '53': 'failing', // insufficient resources: disk full, out of memory, too many connections
  '58': 'failing', // system errors: I/O
};

/** See FaultKind. An error without a SQLSTATE is of the connection: PostgreSQL always gives one. */
export function faultKind(error: unknown): FaultKind {
  const code = errorCode(error);
  if (code === undefined) return kindOfMessage(error);
  if (isTlsCode(code)) return 'failing';
  if (code === internalError) return isOfBrokenNode(error) ? 'broken' : 'bug';
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

/** SQLSTATE of what nobody has foreseen. Citus, and libpq between its nodes, give no better one when a node dies. */
const internalError = 'XX000';

/**
 * What is said then. None of it tells whether that node has done it: it may have died before its COMMIT or after, and
 * even where it promised to commit (PREPARE TRANSACTION) it is the recovery that decides.
 */
const brokenNodeMessages = [
  'server closed the connection unexpectedly',
  'connection not open',
  'no connection to the server',
  'could not receive data from server',
  'could not send data to server',
  'SSL connection has been closed unexpectedly',
  'SSL SYSCALL error',
  'could not commit transaction for shard',
  'failure on connection marked as essential',
  'failed to prepare transaction',
];

function isOfBrokenNode(error: unknown): boolean {
  return error instanceof Error && brokenNodeMessages.some((text) => error.message.includes(text));
}

function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/**
 * Codes of the network (ECONNREFUSED, EPIPE, ENOTFOUND, …) look like this, and no SQLSTATE does.
 * Those that begin with ERR_ are about how Node was called.
 */
function isSystemCode(code: string): boolean {
  return /^E[A-Z_]{3,}$/.test(code) && !code.startsWith('ERR_');
}

/** OpenSSL's reasons not to trust a server (SELF_SIGNED_CERT_IN_CHAIN), and Node's (ERR_TLS_…). */
function isTlsCode(code: string): boolean {
  return /^ERR_(TLS|SSL)_|CERT|_CRL|UNABLE_TO_VERIFY|^HOSTNAME_MISMATCH$/.test(code);
}

/** What pg says, without a code, when it refuses the server, or the server refuses it. */
const refusalMessages = ['SASL', 'SSL connection'];

/** What pg and its pool say, without a code, when the server is gone or silent. */
const wireMessages = [
  'Connection terminated',
  'Query read timeout',
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Client has encountered a connection error',
  'Client was closed',
];

function kindOfMessage(error: unknown): FaultKind {
  if (!(error instanceof Error)) return 'bug';
  const says = (text: string) => error.message.includes(text);
  if (wireMessages.some(says)) return 'broken';
  return refusalMessages.some(says) ? 'failing' : 'bug';
}
