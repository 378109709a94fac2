import { appendFile, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Disguise, hasUserName, runDisguised } from './disguise.ts';
import { type Host, thisHost } from './host.ts';
import { ownDatabaseMend, type PostgresPrograms } from './postgres-programs.ts';
import { run } from './run.ts';
import { ServiceUnavailable } from './service-unavailable.ts';

/** The role that owns everything in a cluster that we made. */
export const roleName = 'holdfast';

/** Where a cluster lies, and as whom its programs run. */
export interface Cluster {
  readonly dataDirectory: string;
  readonly passwordFile: string;
  readonly programs: PostgresPrograms;
  readonly disguise: Disguise;
  readonly host: Host;
  /** Settings of its server beside ours. */
  readonly settings?: Readonly<Record<string, string | number>>;
  /** It lets in everybody on this machine without a password. */
  readonly trusts?: boolean;
}

/**
 * Make the data directory unless it is there already, made by the same major version.
 *
 * @throws ServiceUnavailable where PostgreSQL cannot run on this machine as this user.
 */
export async function ensureCluster(cluster: Cluster): Promise<void> {
  await giveFiles(cluster);
  const version = await findVersion(cluster);
  const found = await readFile(join(cluster.dataDirectory, 'PG_VERSION'), 'utf8').catch(() => null);
  if (found === null) return initialize(cluster, Number(version));
  if (found.trim() !== version) {
    throw new Error(
      `${cluster.dataDirectory} was made by PostgreSQL ${found.trim()}, and this is ${version}. ` +
        'Move its data by pg_dump, or remove the directory to begin anew.',
    );
  }
}

/** initdb into a directory beside it, then rename: a cut initdb leaves nothing that looks whole. */
async function initialize(cluster: Cluster, version: number): Promise<void> {
  const fresh = join(dirname(cluster.dataDirectory), `initdb-${process.pid}`);
  await rm(fresh, { recursive: true, force: true });
  const { succeeded, output } = await runDisguised(cluster.disguise, cluster.programs.initdb, [
    `--pgdata=${fresh}`,
    `--username=${roleName}`,
    `--pwfile=${cluster.passwordFile}`,
    `--auth=${cluster.trusts === true ? 'trust' : 'scram-sha-256'}`,
    ...scramSettings(version),
    '--encoding=UTF8',
    ...localeOptions(version),
    '--no-instructions',
  ]);
  if (!succeeded) {
    await rm(fresh, { recursive: true, force: true });
    throw new ServiceUnavailable('PostgreSQL', whyNotMade(output), `${ownDatabaseMend}.`);
  }
  if (cluster.host !== thisHost) await appendFile(join(fresh, 'pg_hba.conf'), neighbours);
  await rename(fresh, cluster.dataDirectory);
}

/** initdb lets in this machine alone. A standby of another one comes as `replication`. */
const neighbours = '\nhost all,replication all samenet scram-sha-256\n';

/**
 * Iterations slow down guesses at a human's password. This one is random, and they would cost every new connection
 * its time. PostgreSQL can be told so from 16 on.
 */
function scramSettings(version: number): readonly string[] {
  return version >= 16 ? ['--set=scram_iterations=1'] : [];
}

/** Sorted by code points, the same everywhere. PostgreSQL brings a locale of its own from 17 on. */
function localeOptions(version: number): readonly string[] {
  return version >= 17
    ? ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
    : ['--locale=C.UTF-8'];
}

function whyNotMade(output: string): string {
  if (!hasUserName()) {
    return `it wants to know the name of its user, the uid ${process.getuid?.()} has none (it is not in /etc/passwd), and none can be lent to it (unshare is forbidden)`;
  }
  const [reason = output] = output.split('\n').filter((line) => /error|fatal/i.test(line));
  return `its initdb failed: ${reason.replace(/\.$/, '')}`;
}

async function findVersion({ disguise, programs }: Cluster): Promise<string> {
  const { succeeded, output } = await runDisguised(disguise, programs.postgres, ['--version']);
  const major = /\) (\d+)/.exec(output)?.[1];
  if (succeeded && major !== undefined) return major;
  throw new ServiceUnavailable(
    'PostgreSQL',
    `${programs.postgres} does not run ${asWhom(disguise)}: ${output}`,
    ownDatabaseMend +
      (disguise.way === 'nobody'
        ? ', or run as a user other than root, or keep this folder where every user may read it (not under /root).'
        : '.'),
  );
}

function asWhom({ way }: Disguise): string {
  switch (way) {
    case 'none':
      return 'as this user';
    case 'user-map':
      return 'in a user namespace (it refuses root)';
    case 'nobody':
      return 'as nobody (it refuses root, and unshare is forbidden here)';
  }
}

/**
 * PostgreSQL wants to own its files. In a user map ours are its own; nobody must be given them, and
 * they come back to us where a user map is allowed again.
 */
export async function giveFiles({ dataDirectory, disguise }: Cluster): Promise<void> {
  if (disguise.way === 'none') return;
  const owner = disguise.way === 'nobody' ? disguise : ourselves();
  const directory = dirname(dataDirectory);
  if ((await stat(directory)).uid === owner.uid) return;
  const chown = await run('chown', ['-R', `${owner.uid}:${owner.gid}`, directory]);
  if (!chown.succeeded) throw new Error(`Cannot change who owns ${directory}: ${chown.output}`);
}

function ourselves(): { readonly uid: number; readonly gid: number } {
  return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
}
