import { setTimeout as sleep } from 'node:timers/promises';
import { readPostgresUrl } from '@holdfast/server-urls';
import pg from 'pg';

const connectTimeoutDefaultMs = 5_000;
const answerTimeoutDefaultMs = 30_000;

/** pg (8.23) never says that a connection has ended which broke before it stood. */
const endTimeoutMs = 1_000;

interface Question {
  readonly values?: readonly unknown[];
  readonly answerTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
}

/** Run one statement on a connection of its own, for at most 35 s in all unless more is asked for. */
export async function queryOnce<Row extends pg.QueryResultRow>(
  url: string,
  text: string,
  { values = [], ...times }: Question = {},
): Promise<pg.QueryResult<Row>> {
  return withClient(url, times, (client) => client.query<Row>(text, [...values]));
}

/** Work over one connection, which is closed afterwards. Each statement has `answerTimeoutMs`. */
export async function withClient<T>(
  url: string,
  times: Omit<Question, 'values'>,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    ...addressIn(url),
    connectionTimeoutMillis: times.connectTimeoutMs ?? connectTimeoutDefaultMs,
    query_timeout: times.answerTimeoutMs ?? answerTimeoutDefaultMs,
  });
  // Without a listener, a connection that breaks while it is idle would end this process.
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    await Promise.race([
      client.end().catch(() => {}),
      sleep(endTimeoutMs, undefined, { ref: false }),
    ]);
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
