import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { queryOnce } from '@holdfast/services';
import {
  createOldPostgres,
  type OldPostgres,
  ownDirectory,
  runAsOwner,
  startOldPostgres,
  writeSignal,
} from '../old-postgres/old-postgres.ts';

const archivedTimeoutMs = 30_000;
const recoveredTimeoutMs = 120_000;
const pollIntervalMs = 50;

/** A PostgreSQL whose log is kept, segment by segment, and copies of it to begin from. */
export interface Archived {
  readonly primary: OldPostgres;
  readonly archive: string;
  readonly base: string;
}

/** As docs/runbook.md has it: every segment of the log is copied away as soon as it is full. */
export async function startArchived(directory: string): Promise<Archived> {
  const archive = join(directory, 'archive');
  await ownDirectory(archive);
  const primary = await createOldPostgres(join(directory, 'primary'), [
    'wal_level = replica',
    'archive_mode = on',
    `archive_command = 'test ! -f "${archive}/%f" && cp "%p" "${archive}/%f"'`,
  ]);
  return { primary, archive, base: join(directory, 'base') };
}

/** The base backup, while bookings go on. */
export async function backUp({ primary, base }: Archived): Promise<void> {
  await ownDirectory(base);
  await runAsOwner('pg_basebackup', [
    `--dbname=postgres://holdfast@127.0.0.1:${primary.port}/postgres`,
    `--pgdata=${base}`,
    '--checkpoint=fast',
    '--wal-method=none',
  ]);
}

/** Lets the archive have all that was committed until now. */
export async function archiveAll({ primary, archive }: Archived): Promise<void> {
  const { rows } = await queryOnce(primary.url, 'select pg_walfile_name(pg_switch_wal()) as name');
  const [{ name = '' } = {}]: readonly { name?: string }[] = rows;
  const deadline = Date.now() + archivedTimeoutMs;
  while (!(await readdir(archive)).includes(name)) {
    if (Date.now() > deadline) throw new Error(`The segment ${name} does not reach the archive.`);
    await sleep(pollIntervalMs);
  }
}

/** Starts what the base backup and the log make of the database at this moment, as a primary of its own. */
export async function restoreTo({ base, archive }: Archived, moment: string): Promise<OldPostgres> {
  await writeSignal(base, 'recovery.signal');
  const restored = await startOldPostgres(base, [
    `archive_mode = off`,
    `restore_command = 'cp "${archive}/%f" "%p"'`,
    `recovery_target_time = '${moment}'`,
    `recovery_target_action = 'promote'`,
  ]);
  const deadline = Date.now() + recoveredTimeoutMs;
  while (await isRecovering(restored)) {
    if (Date.now() > deadline) throw new Error('The recovery does not end.');
    await sleep(pollIntervalMs);
  }
  return restored;
}

async function isRecovering({ url }: OldPostgres): Promise<boolean> {
  const { rows } = await queryOnce(url, 'select pg_is_in_recovery() as is_recovering');
  const [row]: readonly { is_recovering?: boolean }[] = rows;
  return row?.is_recovering !== false;
}
