import { appendFile, chmod, cp, mkdir, writeFile } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chooseDisguise } from './disguise.ts';
import { runCluster } from './postgres.ts';
import { type Cluster, giveFiles } from './postgres-cluster.ts';
import { type Host, thisHost } from './host.ts';
import { findPostgresPrograms } from './postgres-programs.ts';
import { queryOnce, withClient } from './query-once.ts';
import type { ServiceHandle } from './server.ts';

/** Reserves the WAL that the standby still needs. */
const slotName = 'standby';

const copyTimeoutMs = 120_000;
const streamingTimeoutMs = 30_000;
const pollIntervalMs = 50;

/** What a base copy leaves out, as pg_basebackup does: it belongs to the running server. */
const leftOut = ['postmaster.pid', 'postmaster.opts', 'current_logfiles'];
const emptied = ['pg_wal', 'pg_replslot', 'pg_dynshmem', 'pg_notify', 'pg_stat_tmp', 'pg_subtrans'];

interface StandbyPlan {
  /** Of a server that `startPostgres` started, or that was promoted, as its owner. */
  readonly primaryUrl: string;
  readonly directory: string;
  /** Where the standby finds the primary, if not there: through a proxy that can hold the stream back. */
  readonly followsUrl?: string;
  readonly host?: Host;
}

/**
 * Start a second PostgreSQL on 127.0.0.1 that follows one of ours, and let that one acknowledge a commit
 * only when the second has it on disk, too (`synchronous_standby_names`).
 *
 * The base copy is made by pg_backup_start and pg_backup_stop, because the packages that bring PostgreSQL
 * have no pg_basebackup. Both servers share this machine's disk: it shows what waiting for a standby
 * costs, and guards against nothing.
 *
 * Whoever stops it stops the first one, too: that one would wait for it at its next commit.
 *
 * @returns its URL, of the same database, and what ends it
 * @example const { handle } = await startStandby({ primaryUrl: postgres.url, directory })
 */
export async function startStandby({
  primaryUrl,
  directory,
  followsUrl = primaryUrl,
  host = thisHost,
}: StandbyPlan): Promise<{ url: string; handle: ServiceHandle }> {
  await mkdir(directory, { recursive: true });
  await chmod(directory, 0o700);
  const cluster: Cluster = {
    dataDirectory: join(directory, 'data'),
    passwordFile: '',
    programs: await findPostgresPrograms(),
    disguise: await chooseDisguise(),
    host,
  };
  await copyCluster(primaryUrl, cluster.dataDirectory);
  await follow(followsUrl, cluster.dataDirectory);
  await giveFiles(cluster);
  const urlOf = (port: number) => {
    const url = new URL(primaryUrl);
    url.hostname = host.address;
    url.port = String(port);
    return url.href;
  };
  const handle = await runCluster(cluster, urlOf);
  await waitForIt(primaryUrl);
  return { url: urlOf(handle.port), handle };
}

const promotionTimeoutSeconds = 30;
const promotion = 'select pg_promote(true, $1) as is_done';

/** On a machine under load everything waits, and nobody asks a second time. */
const promotionTimeoutMs = (promotionTimeoutSeconds + 1) * 1_000;
const patience = { connectTimeoutMs: promotionTimeoutMs, answerTimeoutMs: promotionTimeoutMs };

/**
 * Make a standby the primary, as whoever is on call does when the first one is gone for certain. It waits for
 * no standby from then on: it has none yet, and would acknowledge nothing.
 *
 * @throws Error where it is not a primary after 30 s
 * @example await promoteStandby(standby.url)
 */
export async function promoteStandby(url: string): Promise<void> {
  const { rows } = await queryOnce<{ is_done: boolean }>(url, promotion, {
    ...patience,
    values: [promotionTimeoutSeconds],
  });
  if (rows[0]?.is_done !== true) throw new Error('The standby did not become a primary.');
  await waitForNoStandby(url);
}

/** From then on each commit is acknowledged when this server alone has it. */
export async function waitForNoStandby(url: string): Promise<void> {
  await queryOnce(url, `alter system set synchronous_standby_names = ''`, patience);
  await queryOnce(url, 'select pg_reload_conf()', patience);
}

/** Start and stop of a backup must be of one session. */
async function copyCluster(primaryUrl: string, target: string): Promise<void> {
  await withClient(primaryUrl, { answerTimeoutMs: copyTimeoutMs }, async (client) => {
    const { rows } = await client.query<{ source: string }>(
      `select current_setting('data_directory') as source`,
    );
    const [{ source } = { source: '' }] = rows;
    await client.query('select pg_create_physical_replication_slot($1, true)', [slotName]);
    await client.query('select pg_backup_start($1, true)', [slotName]);
    await cp(source, target, {
      recursive: true,
      filter: (path) => isCopied(relative(source, path)),
    });
    const stopped = await client.query<{ labelfile: string }>(
      'select labelfile from pg_backup_stop(false)',
    );
    await writeFile(join(target, 'backup_label'), stopped.rows[0]?.labelfile ?? '');
  });
  await chmod(target, 0o700);
  for (const folder of [...emptied, join('pg_wal', 'archive_status')]) {
    await mkdir(join(target, folder), { recursive: true, mode: 0o700 });
  }
}

function isCopied(path: string): boolean {
  const [first = ''] = path.split(sep);
  return !leftOut.includes(basename(path)) && !(emptied.includes(first) && path !== first);
}

async function follow(primaryUrl: string, dataDirectory: string): Promise<void> {
  const { hostname, port, username, password } = new URL(primaryUrl);
  const primary = `host=${hostname} port=${port} user=${username} password=${password}`;
  const settings = `\nprimary_conninfo = '${primary}'\nprimary_slot_name = '${slotName}'\n`;
  await appendFile(join(dataDirectory, 'postgresql.auto.conf'), settings);
  await writeFile(join(dataDirectory, 'standby.signal'), '');
}

const synchronous = `select from pg_stat_replication where sync_state = 'sync'`;

/** From then on every commit of the primary waits for it. */
async function waitForIt(primaryUrl: string): Promise<void> {
  await queryOnce(primaryUrl, `alter system set synchronous_standby_names = '*'`);
  await queryOnce(primaryUrl, 'select pg_reload_conf()');
  const deadline = Date.now() + streamingTimeoutMs;
  while (Date.now() < deadline) {
    const { rowCount } = await queryOnce(primaryUrl, synchronous);
    if (rowCount === 1) return;
    await sleep(pollIntervalMs);
  }
  throw new Error(`The standby does not follow: no answer in ${streamingTimeoutMs} ms.`);
}
