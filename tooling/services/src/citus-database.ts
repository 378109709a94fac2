import { queryOnce } from './query-once.ts';

/** What tells whether a database is of a Citus coordinator, and where its workers are. */
const workers = `
  select nodename as host, nodeport as port from pg_dist_node
  where groupid <> 0 and noderole = 'primary' order by nodeid`;

/**
 * The same database at each worker of the Citus cluster that a coordinator's URL leads to. Empty: this PostgreSQL
 * is no coordinator.
 */
export async function citusWorkersOf(url: string): Promise<readonly string[]> {
  const found = await queryOnce(url, "select from pg_extension where extname = 'citus'");
  if (found.rowCount === 0) return [];
  const { rows } = await queryOnce(url, workers);
  return rows.map((row: Record<string, unknown>) => {
    const worker = new URL(url);
    worker.host = `${String(row.host)}:${String(row.port)}`;
    return worker.href;
  });
}

/**
 * Makes one cluster of databases that are there: puts the extension into each, and tells the coordinator of the
 * workers. May be repeated.
 */
export async function joinCitusNodes(url: string, workerUrls: readonly string[]): Promise<void> {
  for (const each of [url, ...workerUrls]) await putExtension(each);
  const coordinator = new URL(url);
  await queryOnce(url, 'select citus_set_coordinator_host($1, $2)', {
    values: [coordinator.hostname, Number(coordinator.port)],
  });
  for (const workerUrl of workerUrls) {
    const { hostname, port } = new URL(workerUrl);
    await queryOnce(url, 'select citus_add_node($1, $2)', { values: [hostname, Number(port)] });
  }
}

export async function putExtension(url: string): Promise<void> {
  await queryOnce(url, 'create extension if not exists citus');
}
