import type { Database } from '@holdfast/data';

/** A setting that a role or a database has of its own. It wins over that of the server. */
export interface KeptSetting {
  readonly name: string;
  readonly value: string;
  /** As SQL names it: `ROLE ann IN DATABASE shop`. */
  readonly whose: string;
}

/** The settings of any role, and of this database. */
export async function readKeptSettings({ pool }: Database): Promise<readonly KeptSetting[]> {
  const { rows } = await pool.query<KeptSetting>(`
    select split_part(c, '=', 1) as name, lower(substr(c, strpos(c, '=') + 1)) as value,
      case
        when s.setrole = 0 then format('DATABASE %I', d.datname)
        when s.setdatabase = 0 then format('ROLE %I', r.rolname)
        else format('ROLE %I IN DATABASE %I', r.rolname, d.datname)
      end as whose
    from pg_db_role_setting s
    cross join unnest(s.setconfig) c
    left join pg_roles r on r.oid = s.setrole
    left join pg_database d on d.oid = s.setdatabase
    where s.setdatabase in (0, (select oid from pg_database where datname = current_database()))`);
  return rows;
}

/**
 * SQL that brings a setting back to its default: where it is kept, else for the server.
 *
 * @example resetOf('synchronous_commit', []) // 'ALTER SYSTEM RESET synchronous_commit; SELECT pg_reload_conf();'
 */
export function resetOf(name: string, kept: readonly KeptSetting[]): string {
  const own = kept.filter((setting) => setting.name === name);
  if (own.length === 0) return `ALTER SYSTEM RESET ${name}; SELECT pg_reload_conf();`;
  const resets = own.map(({ whose }) => `ALTER ${whose} RESET ${name};`);
  return `${resets.join(' ')} Then start api and worker again.`;
}
