import { setTimeout as sleep } from 'node:timers/promises';
import { queryOnce } from '@holdfast/services';
import { migrateByCommand } from '../migrate-by-command.ts';

/** One that is read, and one that follows it. */
export interface Move {
  /** Of the old server's database, as its owner. */
  readonly fromUrl: string;
  /** Of an empty database of the same name on the new one. */
  readonly toUrl: string;
}

const name = 'holdfast_move';
const copiedTimeoutMs = 120_000;
/** Each look is a connection of its own, and the load needs the machine. */
const pollIntervalMs = 200;
const connectTimeoutMs = 30_000;

/** What the migrations of the new database write themselves. */
const leftOut = 'holdfast_migrations';

const tables = `
select string_agg(format('%I.%I', schemaname, tablename), ', ') as names
from pg_tables where schemaname = 'public' and tablename <> '${leftOut}'`;

/**
 * Lets the new database follow the old one (logical replication), while everybody works on the old one. Resolves when
 * all rows are copied and only what is new has to come.
 */
export async function follow({ fromUrl, toUrl }: Move): Promise<void> {
  await migrateByCommand(toUrl, null);
  const [{ names }] = await rowsOf<{ names: string }>(fromUrl, tables);
  await queryOnce(fromUrl, `create publication ${name} for table ${names}`);
  const { hostname, port, username, pathname } = new URL(fromUrl);
  const source = `host=${hostname} port=${port} user=${username} dbname=${pathname.slice(1)}`;
  await queryOnce(toUrl, `create subscription ${name} connection '${source}' publication ${name}`);
  const copying = `select count(*)::int as count from pg_subscription_rel where srsubstate <> 'r'`;
  await until(async () => (await rowsOf<{ count: number }>(toUrl, copying))[0].count === 0);
}

const connected = `
  from pg_stat_activity
  where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`;

/**
 * Ends every connection to the old database, and waits until none is left: what was under way is committed then, or
 * never will be. Nobody can connect again, which is the caller's part.
 */
export async function disconnectAll(fromUrl: string): Promise<void> {
  await queryOnce(fromUrl, `select pg_terminate_backend(pid) ${connected}`);
  const left = `select count(*)::int as count ${connected}`;
  await until(async () => (await rowsOf<{ count: number }>(fromUrl, left))[0].count === 0);
}

/** When nobody writes to the old database any more: waits for the last row, and lets the new one go on alone. */
export async function takeOver({ fromUrl, toUrl }: Move): Promise<void> {
  const [{ at }] = await rowsOf<{ at: string }>(fromUrl, 'select pg_current_wal_lsn()::text as at');
  const sent = `select (confirmed_flush_lsn >= '${at}')::boolean as is_there from pg_replication_slots where slot_name = '${name}'`;
  await until(async () => (await rowsOf<{ is_there: boolean }>(fromUrl, sent))[0].is_there);
  await queryOnce(toUrl, `drop subscription ${name}`);
}

async function rowsOf<Row>(url: string, text: string): Promise<readonly [Row, ...Row[]]> {
  const { rows } = await queryOnce(url, text, { connectTimeoutMs });
  if (rows.length === 0) throw new Error(`No row: ${text}`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the statement says what it gives.
  return rows as unknown as readonly [Row, ...Row[]];
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + copiedTimeoutMs;
  while (!(await isSo())) {
    if (performance.now() > deadline)
      throw new Error('The new database does not come to what the old one has.');
    await sleep(pollIntervalMs);
  }
}
