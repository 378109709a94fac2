/*
 * What deletes rows, and what may change the ledger. Api and worker may delete nothing; these functions
 * of the tables' owner delete for them, and only what may go.
 */

/**
 * The ledger is append-only, with two exceptions: rows go that a sealed archive has, and a user who is erased
 * gets another name. Who may neither delete nor update its rows gains nothing by the setting.
 */
export const ledgerIsAppendOnly = `create or replace function holdfast_ledger_is_append_only() returns trigger language plpgsql as $$
declare
  exception_made text := current_setting('holdfast.ledger_exception', true);
begin
  if tg_op = 'DELETE' and exception_made = 'archived' then return old; end if;
  if tg_op = 'UPDATE' and exception_made = 'erased' then return new; end if;
  raise exception 'the ledger is append-only';
end $$`;

/** Rows of the outbox that were delivered before a time, below a version, and never the last one. */
const removeOutbox = `create or replace function holdfast_remove_outbox(uuid, int, timestamptz) returns bigint
language plpgsql security definer as $$
declare
  removed bigint;
  last_version int := (select max(version) from outbox where event_id = $1);
begin
  delete from outbox
  where event_id = $1 and version < $2 and version < last_version and delivered_at < $3;
  get diagnostics removed = row_count;
  return removed;
end $$`;

/**
 * Some of the rows of an event whose archive is sealed, and of its orders whose other events are sealed, too. 0:
 * there is nothing left. The ranges are found first, so that each DELETE names the event and compares.
 */
const removeArchived = `create or replace function holdfast_remove_archived(uuid, int) returns bigint
language plpgsql security definer as $$
declare
  removed bigint := 0;
  counted bigint;
  booking_bound uuid;
  ledger_bound int;
  outbox_bound int;
  ordered record;
begin
  if not exists (select from removals where event_id = $1 and sealed_at is not null) then
    raise exception 'the archive of event % is not sealed', $1;
  end if;
  perform set_config('holdfast.ledger_exception', 'archived', true);
  booking_bound := (select id from bookings where event_id = $1 order by id offset $2 limit 1);
  for ordered in
    select o.id, o.event_ids from orders o where o.id = any (array(
      select id from bookings where event_id = $1 and (booking_bound is null or id < booking_bound)
    ))
  loop
    if (select count(*) from removals where event_id = any (ordered.event_ids) and sealed_at is not null)
      = (select count(distinct line) from unnest(ordered.event_ids) as line)
    then
      delete from orders where id = ordered.id;
    end if;
  end loop;
  delete from bookings where event_id = $1 and (booking_bound is null or id < booking_bound);
  get diagnostics counted = row_count;
  removed := removed + counted;
  ledger_bound := (select version from ledger where event_id = $1 order by version, position offset $2 limit 1);
  delete from ledger where event_id = $1 and (ledger_bound is null or version <= ledger_bound);
  get diagnostics counted = row_count;
  removed := removed + counted;
  outbox_bound := (select version from outbox where event_id = $1 order by version offset $2 limit 1);
  delete from outbox where event_id = $1 and (outbox_bound is null or version < outbox_bound);
  get diagnostics counted = row_count;
  perform set_config('holdfast.ledger_exception', '', true);
  return removed + counted;
end $$`;

/** The parts of an archive that was begun and never sealed. */
const discardArchive = `create or replace function holdfast_discard_archive(uuid) returns void
language plpgsql security definer as $$
begin
  if exists (select from removals where event_id = $1 and sealed_at is not null) then
    raise exception 'the archive of event % is sealed', $1;
  end if;
  delete from archive_parts where event_id = $1;
end $$`;

/** Functions of the owner's rights, how each is made, and the words in it that keep it from deleting more. */
export const retentionFunctions = [
  {
    name: 'holdfast_remove_outbox',
    parameters: 'uuid, int, timestamptz',
    sql: removeOutbox,
    guard: 'version < last_version and delivered_at <',
  },
  {
    name: 'holdfast_remove_archived',
    parameters: 'uuid, int',
    sql: removeArchived,
    guard: 'is not sealed',
  },
  {
    name: 'holdfast_discard_archive',
    parameters: 'uuid',
    sql: discardArchive,
    guard: 'is sealed',
  },
] as const;

type RetentionFunction = (typeof retentionFunctions)[number];

/**
 * SQL that makes the function. It sees this schema alone: else whoever calls it could put a temporary table
 * in the place of ours. Nobody may call it but its owner and whom `migrate --grant-to` names.
 */
export function madeSafely({ name, parameters, sql }: RetentionFunction): string {
  return `${sql};
do $do$ begin
  execute format('alter function ${name}(${parameters}) set search_path = %I, pg_temp', current_schema());
end $do$;
revoke all on function ${name}(${parameters}) from public`;
}
