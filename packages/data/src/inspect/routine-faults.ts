import type { Pool } from 'pg';
import type { SchemaFault } from './schema-fault.ts';

/** What the first migration makes by hand, which no entity knows. */
const routines = [
  {
    kind: 'function',
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
    kind: 'trigger',
    name: 'ledger_is_append_only',
    isThere: `exists (
      select from pg_trigger t join pg_proc p on p.oid = t.tgfoid
      where t.tgrelid = to_regclass('ledger') and t.tgname = 'ledger_is_append_only'
        and t.tgenabled in ('O', 'A') and p.prosrc like '%raise exception%'
        and pg_get_triggerdef(t.oid) like '%BEFORE DELETE OR UPDATE OR TRUNCATE %'
    )`,
    fix: `create or replace function holdfast_ledger_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger is append-only';
end $$;
create or replace trigger ledger_is_append_only before update or delete or truncate on ledger
  for each statement execute function holdfast_ledger_is_append_only();
alter table ledger enable trigger ledger_is_append_only`,
  },
] as const;

const question = `select ${routines.map(({ isThere, name }) => `${isThere} as ${name}`).join(', ')}`;

/** The functions and triggers that are missing, switched off, or let everything through. */
export async function routineFaults(pool: Pool): Promise<readonly SchemaFault[]> {
  const { rows } = await pool.query<Record<string, boolean>>(question);
  return routines
    .filter(({ name }) => rows[0]?.[name] !== true)
    .map(({ kind, name, fix }) => ({ kind, name, state: 'missing', isGuard: true, fix }));
}
