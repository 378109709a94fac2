import type { CatalogEntry } from './catalog.ts';
import type { SchemaFault } from './schema-fault.ts';

/** SQL that makes this entry what it should be. */
export function fixOf(entry: CatalogEntry, state: SchemaFault['state']): string {
  const { kind, table, name, definition } = entry;
  const isMissing = state === 'missing';
  if (kind === 'index') return `${isMissing ? '' : `drop index ${name}; `}${definition}`;
  if (kind === 'constraint') {
    const drop = isMissing ? '' : `drop constraint ${name}, `;
    return `alter table ${table} ${drop}add constraint ${name} ${definition}`;
  }
  return isMissing
    ? `alter table ${table} add column ${name} ${definition}`
    : changedColumnFix(entry);
}

function changedColumnFix({ table, name, definition }: CatalogEntry): string {
  if (definition.includes('generated always')) {
    return `alter table ${table} drop column ${name} cascade, add column ${name} ${definition}; then run doctor again`;
  }
  const [, type = '', notNull, value] =
    /^(.+?)( not null)?(?: default (.+))?$/.exec(definition) ?? [];
  const column = `alter column ${name}`;
  return [
    `alter table ${table} ${column} drop default`,
    `${column} type ${type} using ${name}::${type}`,
    `${column} ${notNull === undefined ? 'drop' : 'set'} not null`,
    ...(value === undefined ? [] : [`${column} set default ${value}`]),
  ].join(', ');
}
