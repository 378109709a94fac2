import { readPostgresUrl } from '@holdfast/server-urls';
import pg from 'pg';

const connectTimeoutMs = 5_000;
const answerTimeoutDefaultMs = 30_000;

interface Question {
  readonly values?: readonly unknown[];
  readonly answerTimeoutMs?: number;
}

/** Run one statement on a connection of its own, for at most 35 s in all unless more is asked for. */
export async function queryOnce<Row extends pg.QueryResultRow>(
  url: string,
  text: string,
  { values = [], answerTimeoutMs = answerTimeoutDefaultMs }: Question = {},
): Promise<pg.QueryResult<Row>> {
  return withClient(url, answerTimeoutMs, (client) => client.query<Row>(text, [...values]));
}

/** Work over one connection, which is closed afterwards. Each statement has so long. */
export async function withClient<T>(
  url: string,
  answerTimeoutMs: number,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    ...addressIn(url),
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: answerTimeoutMs,
  });
  // Without a listener, a connection that breaks while it is idle would end this process.
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

/** Settings of sessions are for those that work with our tables. */
function addressIn(url: string): pg.ClientConfig {
  const { host, port, user, password, database, ssl, sslnegotiation } = readPostgresUrl(url);
  return {
    host,
    port,
    user,
    ...(password !== undefined && { password }),
    database,
    ssl,
    sslnegotiation,
  };
}
