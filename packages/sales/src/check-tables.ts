import type { Pool } from 'pg';
import { type Catalog, type Column, countTypes, readCatalog } from './catalog.ts';
import { lacksOfSettings } from './check-settings.ts';
import { idTypes } from './ids.ts';
import type { SalesTables } from './options.ts';
import { ordinalDefault, quoteName, quoteTable, quoteTables, wordsOf } from './quoted-tables.ts';
import { type Catalogs, ordinalIndexNames, requirementsOf, uniqueIdNames } from './requirements.ts';
import { type Lack, TablesUnfit } from './tables-unfit.ts';

/** What was found of tables that can be sold from. */
export interface FitTables {
  /** The types of the columns, as they stand in SQL. */
  readonly types: {
    readonly itemId: string;
    readonly claimId: string;
    /** `null`: claims have no users. */
    readonly user: string | null;
    readonly quantity: string;
    readonly status: string;
  };
  /** Every column of the claims' table. */
  readonly claimColumns: ReadonlySet<string>;
  /** Unique indexes of the claims' table that are guards. */
  readonly guardIndexes: ReadonlySet<string>;
}

/**
 * Looks at the tables, in a few short queries of the catalog and one look for a foreign status.
 *
 * @throws TablesUnfit with everything that is missing, each with its fix.
 * @example const { types } = await checkTables(pool, { item, claim, policy })
 */
export async function checkTables(pool: Pool, tables: SalesTables): Promise<FitTables> {
  refuse(lacksOfSettings(tables));
  const catalogs = await readCatalogs(pool, tables);
  const missing = requirementsOf(tables).filter(({ isMet }) => !isMet(catalogs));
  refuse([
    ...lacksOfColumns(tables, catalogs),
    ...missing.map(({ field, complaint, sql }) => ({ field, complaint, fix: sql })),
  ]);
  refuse(await lacksOfRows(pool, tables));
  return fitTables(tables, catalogs);
}

function refuse(lacks: readonly Lack[]): void {
  if (lacks.length > 0) throw new TablesUnfit(lacks);
}

async function readCatalogs(pool: Pool, tables: SalesTables): Promise<Catalogs> {
  const quoted = quoteTables(tables);
  const counters = [tables.item.available, tables.item.held].filter((name) => name !== undefined);
  const item = await readCatalog(pool, quoted.item.table, counters);
  const claim = await readCatalog(pool, quoted.claim.table, []);
  if (item === null || claim === null) {
    const field = item === null ? 'item' : 'claim';
    const complaint = `There is no table ${tables[field].table}.`;
    throw new TablesUnfit([
      { field: `${field}.table`, complaint, fix: 'Create it, or name another.' },
    ]);
  }
  return { item, claim };
}

/** What a column has to be. */
interface Wanted {
  readonly field: string;
  readonly of: 'item' | 'claim';
  readonly column: string | undefined;
  readonly types?: readonly string[];
  readonly isNotNull?: boolean;
  /** `sqlFor` adds it, so a missing one is told there. */
  readonly isOurs?: boolean;
}

function wantedOf({ item, claim }: SalesTables): readonly Wanted[] {
  const count = { types: countTypes, isNotNull: true };
  const id = { types: idTypes };
  return [
    { field: 'item.id', of: 'item', column: item.id, ...id },
    { field: 'item.available', of: 'item', column: item.available, ...count },
    { field: 'item.held', of: 'item', column: item.held, ...count },
    { field: 'item.version', of: 'item', column: item.version, ...count, isOurs: true },
    { field: 'claim.id', of: 'claim', column: claim.id, ...id },
    { field: 'claim.item', of: 'claim', column: claim.item, ...id },
    { field: 'claim.user', of: 'claim', column: claim.user, ...id },
    { field: 'claim.quantity', of: 'claim', column: claim.quantity, ...count },
    {
      field: 'claim.ordinal',
      of: 'claim',
      column: claim.user === undefined ? undefined : (claim.ordinal ?? ordinalDefault),
      types: countTypes,
      isOurs: true,
    },
    { field: 'claim.status.column', of: 'claim', column: claim.status.column },
    {
      field: 'claim.expiresAt',
      of: 'claim',
      column: claim.expiresAt,
      types: ['timestamp with time zone'],
    },
  ];
}

function lacksOfColumns(tables: SalesTables, catalogs: Catalogs): readonly Lack[] {
  const lacks = wantedOf(tables).flatMap((wanted) => {
    const catalog = catalogs[wanted.of];
    const { table } = tables[wanted.of];
    return wanted.column === undefined
      ? []
      : lacksOfColumn({ ...wanted, column: wanted.column }, { table, catalog });
  });
  return [...lacks, ...lacksOfItemIds(tables, catalogs), ...lacksOfLabels(tables, catalogs.claim)];
}

function lacksOfColumn(
  { field, column, types, isNotNull, isOurs }: Wanted & { readonly column: string },
  { table, catalog }: { readonly table: string; readonly catalog: Catalog },
): readonly Lack[] {
  const found = catalog.columns.get(column);
  if (found === undefined) {
    if (isOurs === true) return [];
    const fix = `Name one of its columns: ${[...catalog.columns.keys()].join(', ')}.`;
    return [{ field, complaint: `${table} has no column "${column}".`, fix }];
  }
  const lacks: Lack[] = [];
  if (types !== undefined && !types.includes(found.type)) {
    const complaint = `${table}."${column}" is of type ${found.type}.`;
    lacks.push({ field, complaint, fix: `Make it one of these types: ${types.join(', ')}.` });
  }
  if (isNotNull === true && !found.isNotNull) {
    const fix = `alter table ${quoteTable(table)} alter column ${quoteName(column)} set not null;`;
    lacks.push({ field, complaint: `${table}."${column}" may be null, which is no number.`, fix });
  }
  return lacks;
}

/** Ids of another type never match, or not by the index. */
function lacksOfItemIds({ item, claim }: SalesTables, catalogs: Catalogs): readonly Lack[] {
  const id = catalogs.item.columns.get(item.id);
  const reference = catalogs.claim.columns.get(claim.item);
  if (id === undefined || reference === undefined || id.type === reference.type) return [];
  const complaint = `${claim.table}."${claim.item}" is of type ${reference.type}, and ${item.table}."${item.id}" of type ${id.type}.`;
  return [{ field: 'claim.item', complaint, fix: `Make both of type ${id.type}.` }];
}

/** Of an enum, each word must be one of its labels. */
function lacksOfLabels({ claim: { status } }: SalesTables, catalog: Catalog): readonly Lack[] {
  const labels = catalog.columns.get(status.column)?.labels ?? null;
  if (labels === null) return [];
  const { column: _, ...words } = status;
  return Object.entries(words)
    .flatMap(([name, each]) => wordsOf(each).map((word) => [name, word] as const))
    .filter(([, word]) => !labels.includes(word))
    .map(([name, word]) => ({
      field: `claim.status.${name}`,
      complaint: `The enum of "${status.column}" has no word "${word}".`,
      fix: `Give one of its words: ${labels.join(', ')}.`,
    }));
}

/** A row in a status that no word stands for: nobody could say whether it takes pieces. */
async function lacksOfRows(pool: Pool, tables: SalesTables): Promise<readonly Lack[]> {
  const { claim, words } = quoteTables(tables);
  const known = Object.values(words).filter((word) => word !== null);
  const { rows } = await pool.query<{ status: string | null }>(
    `select ${claim.status}::text as status from ${claim.table}
     where (${claim.status} in (${known.join(', ')})) is not true limit 1`,
  );
  const [row] = rows;
  return row === undefined ? [] : [unmappedStatus(tables, row.status)];
}

/** @example unmappedStatus(tables, 'shipped').complaint // 'shop.orders has rows whose "state" is "shipped", …' */
export function unmappedStatus({ claim }: SalesTables, status: string | null): Lack {
  return {
    field: 'claim.status',
    complaint: `${claim.table} has rows whose "${claim.status.column}" is ${JSON.stringify(status)}, and no status is mapped to it.`,
    fix: 'Map it, or keep what comes after a sale (sent, returned) in a column of its own.',
  };
}

function fitTables(tables: SalesTables, { item, claim }: Catalogs): FitTables {
  const typeOf = (catalog: Catalog, column: string) => columnIn(catalog, column).type;
  return {
    types: {
      itemId: typeOf(item, tables.item.id),
      claimId: typeOf(claim, tables.claim.id),
      user: tables.claim.user === undefined ? null : typeOf(claim, tables.claim.user),
      quantity: typeOf(claim, tables.claim.quantity),
      status: typeOf(claim, tables.claim.status.column),
    },
    claimColumns: new Set(claim.columns.keys()),
    guardIndexes: new Set([
      ...uniqueIdNames(claim, tables.claim.id),
      ...ordinalIndexNames(claim, tables),
    ]),
  };
}

function columnIn({ columns }: Catalog, name: string): Column {
  const column = columns.get(name);
  if (column === undefined) throw new Error(`The column ${name} was checked, and is not there.`);
  return column;
}
