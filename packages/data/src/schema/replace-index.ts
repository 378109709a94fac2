/** A unique index that takes the place of the one that has its name. */
interface Replacement {
  readonly name: string;
  /** What it is called until then. Who made one of this name before has spared the table a lock. */
  readonly madeAs: string;
  /** The table and what is unique in it, as CREATE INDEX has it after ON. */
  readonly on: string;
}

/**
 * SQL: makes a unique index, unless it is there already, and puts it in the place of the old one. What is unique
 * stays unique all the time. An index that somebody began to make, and that was never finished, refuses
 * nothing: it is made again.
 *
 * @example this.addSql(replaceIndex({ name: 'ix_a', madeAs: 'ix_a_next', on: '"a" ("b", "c")' }))
 */
export function replaceIndex({ name, madeAs, on }: Replacement): string {
  return `
do $$ begin
  if exists (
    select from pg_index where indexrelid = to_regclass('${madeAs}') and not indisvalid
  ) then
    drop index "${madeAs}";
  end if;
  create unique index if not exists "${madeAs}" on ${on};
  drop index "${name}";
  alter index "${madeAs}" rename to "${name}";
end $$;`;
}
