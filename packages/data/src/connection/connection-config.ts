import {
  optionsFromSettings,
  type PostgresServer,
  readPostgresUrl,
  type SessionSettings,
} from '@holdfast/server-urls';
import type { Client, ClientBase } from 'pg';
import type { DatabaseOptions } from './database-options.ts';

const connectTimeoutMsDefault = 2_000;
const lockTimeoutMsDefault = 1_000;
const statementTimeoutMsDefault = 2_000;
const replyTimeoutMsDefault = 3_000;

/**
 * A process that vanishes in the middle of a transaction (its machine loses power, or the network) says nothing,
 * and PostgreSQL would keep its locks for the two hours of TCP's keepalive: nobody could sell these events. Between
 * two statements of a transaction of ours lies a turn of the event loop, or an answer of Redis: far less than this.
 */
const idleInTransactionTimeoutMs = 5_000;

/** Options of pg for a connection, of a pool or alone. */
export interface ConnectionConfig
  extends Pick<PostgresServer, 'host' | 'port' | 'user' | 'database' | 'ssl' | 'sslnegotiation'> {
  readonly password?: string;
  readonly options?: string;
  /** Called by a pool and by `connectClient` before anything else is sent. */
  readonly onConnect?: (client: ClientBase) => Promise<void>;
  readonly application_name: string;
  readonly connectionTimeoutMillis: number;
  readonly query_timeout: number;
  readonly keepAlive: boolean;
}

/**
 * The options of every connection to PostgreSQL. There is one reader of the URL, so that no
 * connection is open where another one is encrypted.
 *
 * `settings` are settings of the session. They win over those of the URL. A pooler may refuse them
 * at the start (`startup_parameters=off`); then they are set once the connection stands.
 *
 * @throws UrlInvalid
 * @example new Pool(connectionConfig(options, { enable_seqscan: 'off' }))
 */
export function connectionConfig(
  options: DatabaseOptions,
  settings: SessionSettings = {},
): ConnectionConfig {
  const server = readPostgresUrl(options.url);
  const { host, port, user, password, database, ssl, sslnegotiation } = server;
  return {
    host,
    port,
    user,
    ...(password !== undefined && { password }),
    database,
    ssl,
    sslnegotiation,
    ...withSettings(server, { ...server.settings, ...settings }),
    application_name: options.applicationName ?? 'holdfast',
    connectionTimeoutMillis: options.connectTimeoutMs ?? connectTimeoutMsDefault,
    query_timeout: options.replyTimeoutMs ?? replyTimeoutMsDefault,
    keepAlive: true,
  };
}

/** How long statements, and transactions between them, may take, as settings of a session. */
export function patienceSettings(options: DatabaseOptions): SessionSettings {
  return {
    lock_timeout: String(options.lockTimeoutMs ?? lockTimeoutMsDefault),
    statement_timeout: String(options.statementTimeoutMs ?? statementTimeoutMsDefault),
    idle_in_transaction_session_timeout: String(idleInTransactionTimeoutMs),
  };
}

/** Opens a connection that belongs to no pool. The caller listens to `error`, and ends it. */
export async function connectClient(
  client: Client,
  { onConnect }: ConnectionConfig,
): Promise<void> {
  await client.connect();
  await onConnect?.(client);
}

function withSettings({ sendsStartupParameters }: PostgresServer, settings: SessionSettings) {
  const pairs = Object.entries(settings);
  if (pairs.length === 0) return {};
  if (sendsStartupParameters) return { options: optionsFromSettings(settings) };
  const calls = pairs.map((_, index) => `set_config($${index * 2 + 1}, $${index * 2 + 2}, false)`);
  const text = `select ${calls.join(', ')}`;
  return {
    onConnect: async (client: ClientBase) => {
      await client.query(text, pairs.flat());
    },
  };
}
