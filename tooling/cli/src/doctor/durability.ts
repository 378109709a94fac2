import { countOf } from '@holdfast/command';
import type { Check, Finding, Patient } from './check.ts';
import { type KeptSetting, readKeptSettings, resetOf } from './kept-settings.ts';

interface Durability {
  /** Settings of the server, by name. */
  readonly ofServer: Readonly<Record<string, string>>;
  readonly kept: readonly KeptSetting[];
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
    return { figure, findings: [...unsafeFindings(read), ...standbyFindings(read)] };
  },
};

/** What a role or the database has of its own is told by `kept`. */
const question = `
  select current_setting('synchronous_commit') as "synchronousCommit",
    current_setting('synchronous_standby_names') as "standbyNames",
    (select count(*)::int from pg_stat_replication where sync_state in ('sync', 'quorum'))
      as "waitingStandbyCount",
    (select coalesce(json_object_agg(name, setting), '{}') from pg_settings
     where name in ('synchronous_commit', 'fsync', 'full_page_writes')
       and source not in ('database', 'user', 'database user')) as "ofServer"`;

async function readDurability({ database }: Patient): Promise<Durability> {
  const { rows } = await database.pool.query<Omit<Durability, 'kept'>>(question);
  const [row] = rows;
  if (row === undefined) throw new Error('PostgreSQL says nothing of its settings.');
  return { ...row, kept: await readKeptSettings(database) };
}

function unsafeFindings({ ofServer, kept, standbyNames }: Durability): readonly Finding[] {
  const isUnsafe = (name: string, value: string) =>
    ['synchronous_commit', 'fsync', 'full_page_writes'].includes(name) &&
    // Without a standby, local is what on is.
    (value === 'off' || (value === 'local' && standbyNames !== ''));
  return [
    ...Object.entries(ofServer)
      .filter(([name, value]) => isUnsafe(name, value))
      .map(([name, value]) =>
        unsafeFinding(
          `${name} is ${value}.`,
          `ALTER SYSTEM SET ${name} = on; SELECT pg_reload_conf();`,
        ),
      ),
    ...kept
      .filter(({ name, value }) => isUnsafe(name, value))
      .map((setting) =>
        unsafeFinding(
          `${setting.name} is ${setting.value} for ${setting.whose}.`,
          resetOf(setting.name, [setting]),
        ),
      ),
  ];
}

function unsafeFinding(found: string, fix: string): Finding {
  return {
    severity: 'danger',
    found,
    means:
      'A booking is answered before it is safe on disk. After a crash or a failover it may be gone, although its buyer was told of it.',
    fix,
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
