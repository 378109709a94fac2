import type { Pool } from 'pg';
import {
  ledgerIsAppendOnly,
  madeSafely,
  retentionFunctions,
} from '../schema/retention-functions.ts';
import type { SchemaFault } from './schema-fault.ts';

/** What migrations make by hand, which no entity knows. */
const routines = [
  {
    kind: 'function' as const,
    name: 'holdfast_require',
    isThere: `exists (
      select from pg_proc where oid = to_regproc('holdfast_require')
        and prosrc like '%raise exception using errcode = ''HF001''%'
    )`,
    fix: `create or replace function holdfast_require(holds boolean) returns boolean language plpgsql as $$
begin
  if holds then return true; end if;
  raise exception using errcode = 'HF001', message = 'a booking has changed since it was read';
end $$`,
  },
  {
    kind: 'trigger' as const,
    name: 'ledger_is_append_only',
    isThere: `exists (
      select from pg_trigger t join pg_proc p on p.oid = t.tgfoid
      where t.tgrelid = to_regclass('ledger') and t.tgname = 'ledger_is_append_only'
        and t.tgenabled in ('O', 'A') and p.prosrc like '%raise exception%'
        and pg_get_triggerdef(t.oid) like '%BEFORE DELETE OR UPDATE OR TRUNCATE %'
    )`,
    fix: `${ledgerIsAppendOnly};
create or replace trigger ledger_is_append_only before update or delete or truncate on ledger
  for each statement execute function holdfast_ledger_is_append_only();
alter table ledger enable trigger ledger_is_append_only`,
  },
  // They act with the owner's rights: so they must refuse what may not go, and see no other schema.
  ...retentionFunctions.map((each) => ({
    kind: 'function' as const,
    name: each.name,
    isThere: `exists (
      select from pg_proc where oid = to_regproc('${each.name}') and prosecdef
        and array_to_string(proconfig, ' ') like 'search_path=%, pg_temp'
        and prosrc like '%delete from %' and prosrc like '%${each.guard}%'
    )`,
    fix: madeSafely(each),
  })),
];

const question = `select ${routines.map(({ isThere, name }) => `${isThere} as ${name}`).join(', ')}`;

/** The functions and triggers that are missing, switched off, or let everything through. */
export async function routineFaults(pool: Pool): Promise<readonly SchemaFault[]> {
  const { rows } = await pool.query<Record<string, boolean>>(question);
  return routines
    .filter(({ name }) => rows[0]?.[name] !== true)
    .map(({ kind, name, fix }) => ({ kind, name, state: 'missing', isGuard: true, fix }));
}
