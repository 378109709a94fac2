import { randomBytes } from 'node:crypto';
import { citusWorkersOf, joinCitusNodes } from './citus-database.ts';
import { queryOnce } from './query-once.ts';

/** Names that mean the same in SQL, in a URL and to every client's parser of URLs. */
const plainName = /^[a-z_][a-z0-9_]{0,62}$/;

/**
 * The server first writes all that it holds in memory to its disk, of every database: on a busy disk
 * that has taken more than 30 s.
 */
const dropTimeoutMs = 120_000;

/**
 * Make an empty database on the server of `databaseUrl`, and give its URL. Without a name it gets
 * a random one. Costs about 30 ms. On a Citus coordinator it is one of all nodes.
 *
 * @param template a database to copy, to which nobody is connected; a Citus coordinator copies none of its tables' rows
 * @throws RangeError for a name of other than small letters, digits and underscores;
 *   pg.DatabaseError where the name is taken or the role may not make databases.
 * @example const url = await createDatabase(services.databaseUrl)
 */
export async function createDatabase(
  databaseUrl: string,
  name = `holdfast_${randomBytes(8).toString('hex')}`,
  // It takes no connections, so that nobody's can be in the way.
  template = 'template0',
): Promise<string> {
  requirePlainName(name);
  requirePlainName(template);
  const workerUrls = await citusWorkersOf(databaseUrl);
  for (const url of [databaseUrl, ...workerUrls]) {
    await queryOnce(url, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  }
  const url = withDatabase(databaseUrl, name);
  if (workerUrls.length > 0) {
    await joinCitusNodes(
      url,
      workerUrls.map((workerUrl) => withDatabase(workerUrl, name)),
    );
  }
  return url;
}

/**
 * Remove the database that `url` names, with everybody's connections to it. One that does not
 * exist is no error.
 *
 * @throws RangeError for a name that `createDatabase` would not have given.
 */
export async function dropDatabase(url: string): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  requirePlainName(name);
  const workerUrls = await citusWorkersOf(url).catch(() => []);
  for (const each of [url, ...workerUrls]) {
    // A database cannot be dropped from inside; every server has one called postgres.
    const elsewhere = withDatabase(each, 'postgres');
    await queryOnce(elsewhere, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`, {
      answerTimeoutMs: dropTimeoutMs,
    });
  }
}

/** The same server's database of this name. */
export function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

function requirePlainName(name: string): void {
  if (plainName.test(name)) return;
  throw new RangeError(`A database is named by small letters, digits and underscores, not ${name}`);
}
