import { ordinalDefault, quoteName, quoteTables, wordsOf } from './quoted-tables.ts';
import type { Catalog } from './catalog.ts';
import type { SalesTables } from './options.ts';

/** What PostgreSQL says of both tables. */
export interface Catalogs {
  readonly item: Catalog;
  readonly claim: Catalog;
}

/** Something that a guarantee rests on, and the statement that makes it so. */
export interface Requirement {
  /** The setting that names it. */
  readonly field: string;
  readonly complaint: string;
  readonly sql: string;
  readonly isMet: (catalogs: Catalogs) => boolean;
}

/** Everything that the tables must have beside the team's own columns, columns first. */
export function requirementsOf(tables: SalesTables): readonly Requirement[] {
  const { item, claim } = tables;
  const counters = item.held === undefined ? [] : [notNegative(tables, 'held', item.held)];
  return [
    columnOf(tables, 'item', item.version),
    ...(claim.user === undefined
      ? []
      : [columnOf(tables, 'claim', claim.ordinal ?? ordinalDefault)]),
    uniqueId(tables, 'item'),
    uniqueId(tables, 'claim'),
    notNegative(tables, 'available', item.available),
    ...counters,
    ...(claim.user === undefined ? [] : [uniqueOrdinal(tables)]),
  ];
}

/** Only for speed: what finds the holds that lapsed. `null`: there are no holds. */
export function indexOfLapses(tables: SalesTables): string | null {
  const { claim, words } = quoteTables(tables);
  if (words.held === null || claim.expiresAt === null) return null;
  return `create index on ${claim.table} (${claim.item}, ${claim.expiresAt}) where ${claim.status} in (${words.held});`;
}

function columnOf(tables: SalesTables, of: 'item' | 'claim', column: string): Requirement {
  const { table } = quoteTables(tables)[of];
  const rest = of === 'item' ? 'integer not null default 1' : 'integer';
  return {
    field: of === 'item' ? 'item.version' : 'claim.ordinal',
    complaint: `${tables[of].table} has no column "${column}".`,
    sql: `alter table ${table} add column ${quoteName(column)} ${rest};`,
    isMet: (catalogs) => catalogs[of].columns.has(column),
  };
}

function uniqueId(tables: SalesTables, of: 'item' | 'claim'): Requirement {
  const { table, id } = tables[of];
  const quoted = quoteTables(tables)[of];
  return {
    field: `${of}.id`,
    complaint: `${table} has no primary key and no unique index over "${id}" alone, so two rows may have one id.`,
    sql: `create unique index on ${quoted.table} (${quoted.id});`,
    isMet: (catalogs) => uniqueIdNames(catalogs[of], id).length > 0,
  };
}

/** The unique indexes over an id alone. */
export function uniqueIdNames({ uniqueIndexes }: Catalog, id: string): readonly string[] {
  return uniqueIndexes
    .filter(({ columns, predicate }) => predicate === null && isSame(columns, [id]))
    .map(({ name }) => name);
}

function notNegative(
  tables: SalesTables,
  counter: 'available' | 'held',
  column: string,
): Requirement {
  const { table } = quoteTables(tables).item;
  return {
    field: `item.${counter}`,
    complaint: `${tables.item.table} has no validated CHECK that "${column}" is at least 0.`,
    sql: `alter table ${table} add check (${quoteName(column)} >= 0);`,
    isMet: ({ item }) => item.notNegative.has(column),
  };
}

function uniqueOrdinal(tables: SalesTables): Requirement {
  const { claim, activeWords } = quoteTables(tables);
  return {
    field: 'claim.ordinal',
    complaint: `${tables.claim.table} has no unique index that bounds the active claims of a user.`,
    sql: `create unique index on ${claim.table} (${claim.item}, ${claim.user}, ${claim.ordinal}) where ${claim.status} in (${activeWords});`,
    isMet: (catalogs) => ordinalIndexNames(catalogs.claim, tables).length > 0,
  };
}

/** The unique indexes that bound a user's active claims. */
export function ordinalIndexNames(catalog: Catalog, { claim }: SalesTables): readonly string[] {
  if (claim.user === undefined) return [];
  const wanted = [claim.item, claim.user, claim.ordinal ?? ordinalDefault];
  const active = [...wordsOf(claim.status.held), ...wordsOf(claim.status.confirmed)];
  return catalog.uniqueIndexes
    .filter(
      ({ columns, predicate }) =>
        isSame(columns.toSorted(), wanted.toSorted()) && coversOnly(predicate, active),
    )
    .map(({ name }) => name);
}

/** Does the index hold the rows in exactly these statuses? More would refuse what is allowed. */
function coversOnly(predicate: string | null, words: readonly string[]): boolean {
  if (predicate === null || /<>| AND | OR |NOT /.test(predicate)) return false;
  const found = predicate.matchAll(/'((?:[^']|'')*)'/g);
  const literals = Array.from(found, ([, literal = '']) => literal.replaceAll("''", "'"));
  return isSame(literals.toSorted(), words.toSorted());
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((each, index) => each === others[index]);
}
