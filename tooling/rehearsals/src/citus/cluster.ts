import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '@holdfast/command';
import { type CitusCluster, startCitusCluster } from '@holdfast/services';

export interface ClusterPlan {
  /** The folder with initdb and postgres of a PostgreSQL that has the extension citus. */
  readonly programs: string;
  readonly workerCount: number;
}

/**
 * A cluster of its own, in a temporary folder; `started` ends and removes it.
 *
 * @throws UsageError where that PostgreSQL has no Citus
 */
export async function openCluster(
  { programs, workerCount }: ClusterPlan,
  started: AsyncDisposableStack,
): Promise<CitusCluster> {
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-citus-'));
  started.defer(() => rm(directory, { recursive: true, force: true }));
  const { postgres, initdb } = programsIn(programs);
  const cluster = await startCitusCluster({
    programs: { postgres, initdb },
    directory,
    workerCount,
  }).catch((error: unknown) => {
    const lacksCitus = error instanceof Error && /access file "citus"/.test(error.message);
    throw lacksCitus ? noCitus(programs) : error;
  });
  started.defer(() => cluster.stop());
  return cluster;
}

export function programsIn(folder: string): { readonly postgres: string; readonly initdb: string } {
  return { postgres: join(folder, 'postgres'), initdb: join(folder, 'initdb') };
}

function noCitus(folder: string): UsageError {
  return new UsageError(
    `The PostgreSQL in ${folder} has no Citus. Debian has no package of it: install Citus 13 for that PostgreSQL (packages of Citus' own, or its source), or name another folder with --programs.`,
  );
}
