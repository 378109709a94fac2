import { join } from 'node:path';
import { joinCitusNodes, putExtension } from './citus-database.ts';
import { withDatabase } from './databases.ts';
import { startPostgres } from './postgres.ts';
import type { PostgresPrograms } from './postgres-programs.ts';
import type { ServiceHandle } from './server.ts';

/** A Citus cluster on this machine: a coordinator, which `url` names, and workers with the rows. */
export interface CitusCluster {
  /** A database of the coordinator. `createDatabase` with it makes others over all nodes. */
  readonly url: string;
  /** The same database, as each worker has it: also a way in. */
  readonly workerUrls: readonly string[];
  /** The coordinator, and then the workers. */
  readonly nodes: readonly ServiceHandle[];
  /** Ends all nodes. Safe to repeat. */
  stop(): Promise<void>;
}

export interface CitusPlan {
  /** Of a PostgreSQL that has the extension `citus`, as initdb and postgres of one folder. */
  readonly programs: PostgresPrograms;
  /** Where the nodes keep their data, each in a folder of its own. */
  readonly directory: string;
  readonly workerCount: number;
}

/**
 * Small nodes that share one machine: between two workers every shard's commits and the connections that the
 * coordinator keeps to them take room. Nothing is flushed later than PostgreSQL does by itself.
 */
const settings = {
  shared_preload_libraries: 'citus',
  shared_buffers: '128MB',
  max_connections: 400,
  // One for each node that takes part in a commit over several.
  max_prepared_transactions: 400,
  // Shards are moved by logical replication.
  wal_level: 'logical',
  // Citus has one of its own for each database.
  max_worker_processes: 64,
  // So long a node that comes back keeps the rows locked of what it had promised to commit. Citus' own: 60 s.
  'citus.recover_2pc_interval': '5s',
  // Each node is a part of one machine: 32 pieces of each table (the default) only make lists and moves slow.
  'citus.shard_count': 8,
  // Connections that a node opens to others wait for nobody, and are kept.
  'citus.max_cached_conns_per_worker': 8,
} as const;

/**
 * Starts a coordinator and workers on 127.0.0.1, which trust whoever reaches them there: so only for a machine whose
 * users may see each other's tests.
 *
 * @throws ServiceUnavailable; DatabaseError of pg where these programs have no extension `citus`
 * @example const cluster = await startCitusCluster({ programs, directory, workerCount: 2 })
 */
export async function startCitusCluster(plan: CitusPlan): Promise<CitusCluster> {
  const { programs, directory, workerCount } = plan;
  const names = [
    'coordinator',
    ...Array.from({ length: workerCount }, (_, n) => `worker-${n + 1}`),
  ];
  const started: { url: string; handle: ServiceHandle }[] = [];
  const stop = async () => {
    await Promise.all(started.map(({ handle }) => handle.stop()));
  };
  try {
    // One after the other: two that start at once may find the same free port.
    for (const name of names) {
      started.push(
        await startPostgres({ directory: join(directory, name), programs, settings, trusts: true }),
      );
    }
    const [url = '', ...workerUrls] = started.map((node) => node.url);
    // Where Citus sees from which database another one is dropped, it ends what works on that one.
    for (const each of [url, ...workerUrls]) await putExtension(withDatabase(each, 'postgres'));
    await joinCitusNodes(url, workerUrls);
    return { url, workerUrls, nodes: started.map(({ handle }) => handle), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
