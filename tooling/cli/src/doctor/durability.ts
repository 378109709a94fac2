import { countOf } from '@holdfast/command';
import type { Check, Finding, Patient } from './check.ts';

interface Durability {
  /** Settings that give up an acknowledged commit, and where each is set. */
  readonly unsafe: readonly { readonly setting: string; readonly where: string }[];
  readonly standbyNames: string;
  readonly waitingStandbyCount: number;
  readonly synchronousCommit: string;
}

/** Is a commit on disk, and on the standby where there is one, before it is acknowledged? */
export const durability: Check = {
  id: 'durability',
  title: 'What is acknowledged is on disk (synchronous_commit, fsync, standbys)',
  isPromise: true,
  async look(patient) {
    const read = await readDurability(patient);
    const figure = `synchronous_commit ${read.synchronousCommit}`;
    return { figure, findings: [...read.unsafe.map(unsafeFinding), ...standbyFindings(read)] };
  },
};

/** Settings of the server and of this role count; so do those that are kept for other roles. */
const question = `
  with unsafe (setting) as (
    values ('synchronous_commit=off'), ('synchronous_commit=local'), ('fsync=off'),
      ('full_page_writes=off')
  ), kept as (
    select coalesce(r.rolname, 'all roles') as role, unnest(s.setconfig) as setting
    from pg_db_role_setting s left join pg_roles r on r.oid = s.setrole
    where s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
  ), found as (
    select lower(name || '=' || setting) as setting, 'this connection' as where from pg_settings
    union all select lower(setting), role from kept
  )
  select current_setting('synchronous_commit') as "synchronousCommit",
    current_setting('synchronous_standby_names') as "standbyNames",
    (select count(*)::int from pg_stat_replication where sync_state in ('sync', 'quorum'))
      as "waitingStandbyCount",
    coalesce((select json_agg(f) from (
      select setting, string_agg(distinct found.where, ', ') as where
      from found join unsafe using (setting)
      -- Without a standby, local is what on is.
      where setting <> 'synchronous_commit=local'
        or current_setting('synchronous_standby_names') <> ''
      group by setting order by setting
    ) f), '[]') as unsafe`;

async function readDurability({ database }: Patient): Promise<Durability> {
  const { rows } = await database.pool.query<Durability>(question);
  const [row] = rows;
  if (row === undefined) throw new Error('PostgreSQL says nothing of its settings.');
  return row;
}

function unsafeFinding({ setting, where }: Durability['unsafe'][number]): Finding {
  const [name = ''] = setting.split('=');
  return {
    severity: 'danger',
    found: `${setting}, for ${where}.`,
    means:
      'A booking is acknowledged before it is safe: after a crash, or a failover, it may be gone although its buyer was told that it is there.',
    fix: `ALTER SYSTEM SET ${name} = on; SELECT pg_reload_conf(); where a role or the database has its own: ALTER ROLE … IN DATABASE … RESET ${name}; ALTER ROLE … RESET ${name}; ALTER DATABASE … RESET ${name};`,
  };
}

function standbyFindings({ standbyNames, waitingStandbyCount }: Durability): readonly Finding[] {
  if (standbyNames === '' || waitingStandbyCount > 0) return [];
  return [
    {
      severity: 'danger',
      found: `synchronous_standby_names is ${standbyNames}, and ${countOf(waitingStandbyCount, 'such standby')} is connected.`,
      means: 'Every commit waits for a standby that is not there: nothing can be sold.',
      fix: "Start the standby; or ALTER SYSTEM SET synchronous_standby_names = ''; SELECT pg_reload_conf(); and know that a failover may then lose bookings.",
    },
  ];
}
